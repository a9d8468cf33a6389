import { createFileRoute } from '@tanstack/react-router'
import { AccessTabs } from '@/features/access/AccessTabs'
import { TeamList } from '@/features/access/TeamList'
import { Page } from '@/shared/ui/Page'

export const Route = createFileRoute('/access/teams/')({
  staticData: { named: { title: 'Teams', keywords: 'access members quota' } },
  component: () => (
    <Page title="Teams" crumbs={[{ title: 'Access', to: '/access' }]} subtitle="A team owns projects. What people hold at it counts in all of them.">
      <AccessTabs at="/access/teams" />
      <TeamList />
    </Page>
  ),
})
