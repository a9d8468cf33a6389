import { Field } from '@fluentui/react-components'
import { createFileRoute, useNavigate } from '@tanstack/react-router'
import { ScopeAccess } from '@/features/access/ScopeAccess'
import { ScopeSelect } from '@/features/access/ScopeSelect'
import { placeOf } from '@/features/access/scope'
import { textIn } from '@/shared/address'
import { Page } from '@/shared/ui/Page'

interface AccessSearch {
  scope?: string | undefined
  find?: string | undefined
}

export const Route = createFileRoute('/projects/$project/access')({
  staticData: { named: { title: 'Access to', keywords: 'roles members people' } },
  validateSearch: ({ scope, find }: Record<string, unknown>): AccessSearch => ({ scope: textIn(scope), find: textIn(find) }),
  component: ProjectAccess,
})

function ProjectAccess() {
  const { project } = Route.useParams()
  const search = Route.useSearch()
  const all = `/projects/${project}`
  const scope = search.scope && placeOf(search.scope)?.of === project && search.scope.startsWith(all) ? search.scope : all
  const find = search.find ?? ''
  const navigate = useNavigate()
  const go = (to: AccessSearch) => void navigate({ to: '/projects/$project/access', params: { project }, search: to, replace: true })
  return (
    <Page title={`Access to ${project}`} crumbs={[{ title: 'Projects', to: '/projects' }, { title: project, to: all }]} subtitle="What counts here: given here, inherited from the team or the platform, or only in a part of it.">
      <ScopeAccess key={scope} scope={scope} find={find} setFind={(f) => go({ scope: search.scope, find: f || undefined })}>
        <Field label="Where"><ScopeSelect value={scope} within={all} onChange={(s) => go({ scope: s === all ? undefined : s, find: find || undefined })} /></Field>
      </ScopeAccess>
    </Page>
  )
}
