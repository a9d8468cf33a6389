import { AccountMenu } from './AccountMenu'
import { ThemeMenu } from './ThemeMenu'

/** Apart from the header: the page is drawn before its menus are here. */
export default function HeaderMenus() {
  return <><ThemeMenu /><AccountMenu /></>
}
