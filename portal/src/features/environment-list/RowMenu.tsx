import { Menu, MenuItem, MenuList, MenuPopover } from '@fluentui/react-components'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { allEnvironmentsQuery } from '@/features/environments/api/list-all-environments'
import { useExtendEnvironment } from '@/features/environments/api/extend-environment'
import type { Schemas } from '@/shared/api/client'
import { useNotify } from '@/shared/ui/Toasts'

/** The row whose menu is open, and the button that it hangs from. */
export interface MenuAt {
  target: HTMLElement
  environment: Schemas['Environment']
}

export function RowMenu({ at: { target, environment: e }, close }: { at: MenuAt; close: () => void }) {
  const navigate = useNavigate()
  const notify = useNotify()
  const queries = useQueryClient()
  const extend = useExtendEnvironment(e.project, e.name)
  const params = { project: e.project, environment: e.name }
  const to = (tab: 'deployments' | 'values' | 'overview') => void navigate({ to: '/projects/$project/environments/$environment', params, search: { tab } })
  const keep = () => extend.mutate({ by: 'PT72H' }, {
    onSuccess: () => {
      notify.done(`${e.project}/${e.name} stays three days longer`)
      void queries.invalidateQueries({ queryKey: allEnvironmentsQuery.queryKey })
    },
    onError: notify.refused,
  })
  const { activeOperation } = e
  const closed = () => {
    close()
    target.focus()
  }
  return (
    <Menu open inline positioning={{ target, position: 'below', align: 'end' }} onOpenChange={(_, d) => !d.open && closed()}>
      <MenuPopover>
        <MenuList>
          <MenuItem onClick={() => to('overview')}>Open</MenuItem>
          <MenuItem onClick={() => to('deployments')}>Deployments</MenuItem>
          <MenuItem onClick={() => to('values')}>Values</MenuItem>
          {activeOperation && <MenuItem onClick={() => void navigate({ to: '/operations/$operation', params: { operation: activeOperation } })}>Watch what runs</MenuItem>}
          {e.expiresAt && <MenuItem onClick={keep}>Extend by 3 days</MenuItem>}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
