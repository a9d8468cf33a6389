import { createFileRoute } from '@tanstack/react-router'
import { AccessTabs } from '@/features/access/AccessTabs'
import { RoleList } from '@/features/access/RoleList'
import { Page } from '@/shared/ui/Page'

export const Route = createFileRoute('/access/roles')({
  staticData: { named: { title: 'Roles', keywords: 'access actions permissions' } },
  component: () => (
    <Page title="Roles" crumbs={[{ title: 'Access', to: '/access' }]} subtitle="A role is a set of actions. Every operation of the platform asks for one action.">
      <AccessTabs at="/access/roles" />
      <RoleList />
    </Page>
  ),
})
