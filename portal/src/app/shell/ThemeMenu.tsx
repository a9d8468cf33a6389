import { Button, Menu, MenuItemRadio, MenuList, MenuPopover, MenuTrigger, Tooltip } from '@fluentui/react-components'
import { DarkThemeRegular } from '@fluentui/react-icons/svg/dark-theme'
import { useTheme } from '@/shared/theme/ThemeContext'
import type { ThemeChoice } from '@/shared/theme/themes'

const choices: [ThemeChoice, string][] = [['system', 'As the system'], ['light', 'Light'], ['dark', 'Dark'], ['contrast', 'High contrast']]

export function ThemeMenu() {
  const { choice, choose } = useTheme()
  return (
    <Menu checkedValues={{ theme: [choice] }} onCheckedValueChange={(_, data) => choose(data.checkedItems[0] as ThemeChoice)}>
      <MenuTrigger disableButtonEnhancement>
        <Tooltip content="Theme" relationship="label"><Button appearance="transparent" icon={<DarkThemeRegular />} /></Tooltip>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>{choices.map(([value, title]) => <MenuItemRadio key={value} name="theme" value={value}>{title}</MenuItemRadio>)}</MenuList>
      </MenuPopover>
    </Menu>
  )
}
