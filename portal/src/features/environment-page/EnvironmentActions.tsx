import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components'
import { MoreHorizontalRegular } from '@fluentui/react-icons/svg/more-horizontal'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { DeleteDialog } from '@/features/deletion/DeleteDialog'
import { useCreateDeployment } from '@/features/deployments/api/create-deployment'
import { useOpenOperation } from '@/features/operations/useOpenOperation'
import { CloneDialog } from '@/features/promotion/CloneDialog'
import type { Schemas } from '@/shared/api/client'
import { useNotify } from '@/shared/ui/Toasts'

/** The command bar of an environment. What may not be done is refused by the platform with its reason. */
export function EnvironmentActions({ environment: e }: { environment: Schemas['Environment'] }) {
  const [dialog, setDialog] = useState<'delete' | 'clone'>()
  const deploy = useCreateDeployment(e.project, e.name)
  const navigate = useNavigate()
  const notify = useNotify()
  const open = useOpenOperation()
  const then = { onSuccess: open, onError: notify.refused }
  const busy = !!e.activeOperation || deploy.isPending
  const params = { project: e.project, environment: e.name }
  return (
    <>
      <Button appearance="primary" disabled={busy} onClick={() => deploy.mutate({}, then)}>Deploy again</Button>
      <Button disabled={busy} onClick={() => deploy.mutate({ mode: 'plan' }, then)}>Plan</Button>
      <Button disabled={!e.deployment} onClick={() => void navigate({ to: '/projects/$project/promote', params: { project: e.project }, search: { from: e.name } })}>Promote</Button>
      <Menu>
        <MenuTrigger disableButtonEnhancement><Button icon={<MoreHorizontalRegular />} aria-label="More actions" /></MenuTrigger>
        <MenuPopover>
          <MenuList>
            <MenuItem disabled={!e.deployment} onClick={() => void navigate({ to: '/projects/$project/environments/$environment/edit', params })}>Change…</MenuItem>
            <MenuItem disabled={!e.deployment} onClick={() => setDialog('clone')}>Clone…</MenuItem>
            <MenuItem disabled={!e.deployment} onClick={() => void navigate({ to: '/projects/$project/environments/$environment/drift', params })}>Drift report</MenuItem>
            <MenuItem onClick={() => setDialog('delete')}>Delete…</MenuItem>
          </MenuList>
        </MenuPopover>
      </Menu>
      {dialog === 'delete' && <DeleteDialog environment={e} close={() => setDialog(undefined)} />}
      {dialog === 'clone' && <CloneDialog environment={e} close={() => setDialog(undefined)} />}
    </>
  )
}
