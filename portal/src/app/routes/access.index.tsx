import { Field } from '@fluentui/react-components'
import { createFileRoute, useNavigate } from '@tanstack/react-router'
import { AccessTabs } from '@/features/access/AccessTabs'
import { ScopeAccess } from '@/features/access/ScopeAccess'
import { ScopeSelect } from '@/features/access/ScopeSelect'
import { useFirstScope } from '@/features/access/useFirstScope'
import { textIn } from '@/shared/address'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Failed } from '@/shared/ui/Failed'
import { Loading } from '@/shared/ui/Loading'
import { Page } from '@/shared/ui/Page'

interface AccessSearch {
  scope?: string | undefined
  find?: string | undefined
}

export const Route = createFileRoute('/access/')({
  staticData: { nav: { title: 'Access', icon: 'access', order: 70, keywords: 'roles assignments teams explain permissions' } },
  validateSearch: ({ scope, find }: Record<string, unknown>): AccessSearch => ({ scope: textIn(scope), find: textIn(find) }),
  component: Access,
})

function Access() {
  const { scope: asked, find = '' } = Route.useSearch()
  const first = useFirstScope()
  const scope = asked ?? first.scope
  const navigate = useNavigate()
  const go = (search: AccessSearch) => void navigate({ to: '/access', search, replace: true })
  return (
    <Page title="Access" subtitle="Who holds which role where. A role counts at its place and in everything beneath it.">
      <AccessTabs at="/access" />
      {scope === undefined ? (first.queries.some((q) => q.isError) ? <Failed queries={first.queries} /> : <Loading />) : scope === null ? <EmptyState title="You may see nobody's roles">Roles are read by who holds one in a project or a team. Ask an owner of your project for one.</EmptyState> : (
        <ScopeAccess key={scope} scope={scope} find={find} setFind={(f) => go({ scope: asked, find: f || undefined })}>
          <Field label="Where"><ScopeSelect value={scope} onChange={(s) => go({ scope: s, find: find || undefined })} /></Field>
        </ScopeAccess>
      )}
    </Page>
  )
}
