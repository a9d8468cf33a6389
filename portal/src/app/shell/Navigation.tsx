import { AddSquareRegular } from '@fluentui/react-icons/svg/add-square'
import { AppsListRegular } from '@fluentui/react-icons/svg/apps-list'
import { BoxMultipleRegular } from '@fluentui/react-icons/svg/box-multiple'
import { ClipboardTaskListLtrRegular } from '@fluentui/react-icons/svg/clipboard-task-list-ltr'
import { GridRegular } from '@fluentui/react-icons/svg/grid'
import { HistoryRegular } from '@fluentui/react-icons/svg/history'
import { HomeRegular } from '@fluentui/react-icons/svg/home'
import { MoneyRegular } from '@fluentui/react-icons/svg/money'
import { ShieldPersonRegular } from '@fluentui/react-icons/svg/shield-person'
import { Link } from '@tanstack/react-router'
import { useNavPages } from '@/shared/nav'

const icons = {
  home: HomeRegular, projects: BoxMultipleRegular, environments: GridRegular, catalog: AppsListRegular, access: ShieldPersonRegular, audit: ClipboardTaskListLtrRegular,
  onboard: AddSquareRegular, operations: HistoryRegular, costs: MoneyRegular,
}

export function Navigation() {
  const pages = useNavPages()
  return (
    <nav id="navigation" className="lz-nav" aria-label="Main">
      <ul>
        {pages.map(({ to, title, icon }) => {
          const Icon = icons[icon]
          return (
            <li key={to}>
              <Link to={to} activeOptions={{ exact: to === '/' }} activeProps={{ 'aria-current': 'page' }}><Icon aria-hidden="true" />{title}</Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
