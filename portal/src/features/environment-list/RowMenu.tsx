import { Menu, MenuItem, MenuList, MenuPopover } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useKeepLonger } from '@/features/lifetime/useKeepLonger'
import type { Schemas } from '@/shared/api/client'

/** The row whose menu is open, and the button that it hangs from. */
export interface MenuAt {
  target: HTMLElement
  environment: Schemas['Environment']
}

export function RowMenu({ at: { target, environment: e }, close }: { at: MenuAt; close: () => void }) {
  const navigate = useNavigate()
  const { keep } = useKeepLonger(e)
  const params = { project: e.project, environment: e.name }
  const to = (tab: 'deployments' | 'values' | 'overview') => void navigate({ to: '/projects/$project/environments/$environment', params, search: { tab } })
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
          {e.deployment && <MenuItem onClick={() => void navigate({ to: '/projects/$project/environments/$environment/edit', params })}>Change…</MenuItem>}
          {activeOperation && <MenuItem onClick={() => void navigate({ to: '/operations/$operation', params: { operation: activeOperation } })}>Watch what runs</MenuItem>}
          {e.expiresAt && <MenuItem onClick={keep}>Extend by 3 days</MenuItem>}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
