import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components'
import { MoreHorizontalRegular } from '@fluentui/react-icons/svg/more-horizontal'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useCreateDeployment } from '@/features/deployments/api/create-deployment'
import { useHibernateEnvironment } from '@/features/environments/api/hibernate-environment'
import { useWakeEnvironment } from '@/features/environments/api/wake-environment'
import type { Schemas } from '@/shared/api/client'
import { useNotify } from '@/shared/ui/Toasts'
import { DeleteDialog } from './DeleteDialog'
import { PromoteDialog } from './PromoteDialog'

/** The command bar of an environment. What may not be done is refused by the platform with its reason. */
export function EnvironmentActions({ environment: e }: { environment: Schemas['Environment'] }) {
  const [dialog, setDialog] = useState<'delete' | 'promote'>()
  const deploy = useCreateDeployment(e.project, e.name)
  const hibernate = useHibernateEnvironment(e.project, e.name)
  const wake = useWakeEnvironment(e.project, e.name)
  const navigate = useNavigate()
  const notify = useNotify()
  const then = { onSuccess: ({ id }: { id: string }) => void navigate({ to: '/operations/$operation', params: { operation: id } }), onError: notify.refused }
  const busy = !!e.activeOperation || deploy.isPending
  return (
    <>
      <Button appearance="primary" disabled={busy} onClick={() => deploy.mutate({}, then)}>Deploy again</Button>
      <Button disabled={busy} onClick={() => deploy.mutate({ mode: 'plan' }, then)}>Plan</Button>
      <Button disabled={!e.deployment} onClick={() => setDialog('promote')}>Promote</Button>
      <Menu>
        <MenuTrigger disableButtonEnhancement><Button icon={<MoreHorizontalRegular />} aria-label="More actions" /></MenuTrigger>
        <MenuPopover>
          <MenuList>
            {e.state === 'hibernated' ? <MenuItem disabled={busy} onClick={() => wake.mutate(undefined, then)}>Wake</MenuItem> : <MenuItem disabled={busy} onClick={() => hibernate.mutate(undefined, then)}>Hibernate</MenuItem>}
            <MenuItem disabled={!e.deployment} onClick={() => void navigate({ to: '/projects/$project/environments/$environment/edit', params: { project: e.project, environment: e.name } })}>Change…</MenuItem>
            <MenuItem onClick={() => setDialog('delete')}>Delete…</MenuItem>
          </MenuList>
        </MenuPopover>
      </Menu>
      {dialog === 'delete' && <DeleteDialog environment={e} close={() => setDialog(undefined)} />}
      {dialog === 'promote' && <PromoteDialog environment={e} close={() => setDialog(undefined)} />}
    </>
  )
}
