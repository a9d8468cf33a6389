import { Tab, TabList } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'

const tabs = [['/access', 'Assignments'], ['/access/roles', 'Roles'], ['/access/teams', 'Teams']] as const

export function AccessTabs({ at }: { at: (typeof tabs)[number][0] }) {
  const navigate = useNavigate()
  return <TabList selectedValue={at} onTabSelect={(_, d) => void navigate({ to: d.value as string })}>{tabs.map(([to, title]) => <Tab key={to} value={to}>{title}</Tab>)}</TabList>
}
