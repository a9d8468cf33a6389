import { Avatar, Button, Menu, MenuDivider, MenuGroup, MenuGroupHeader, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components'
import { useMe } from '@/features/me/api/get-me'
import { useSession } from '@/shared/auth/SessionContext'

export function AccountMenu() {
  const { name, username, signOut } = useSession()
  const { data: me } = useMe()
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="transparent" className="lz-account" aria-label={`Account of ${name}`} icon={<Avatar size={28} color="brand" aria-hidden="true" />}><span className="lz-wide">{name}</span></Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuGroup>
            <MenuGroupHeader>{username || name}</MenuGroupHeader>
            {me?.team && <MenuItem disabled>Team {me.team}</MenuItem>}
            {me?.roles.map((role) => <MenuItem key={role} disabled>{role} of the platform</MenuItem>)}
          </MenuGroup>
          <MenuDivider />
          <MenuItem onClick={signOut}>Sign out, or be somebody else</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
