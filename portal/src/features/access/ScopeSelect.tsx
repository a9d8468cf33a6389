import { Select } from '@fluentui/react-components'
import { useEnvironmentTypes } from '@/features/catalog/api/list-environment-types'
import { useEnvironments } from '@/features/environments/api/list-environments'
import { useProjects } from '@/features/projects/api/list-projects'
import { useTeams } from './api/list-teams'
import { placeOf, scopeWords } from './scope'

interface ScopeSelectProps {
  value: string
  /** Only this place and what is beneath it; without it every place that one sees. */
  within?: string | undefined
  onChange: (scope: string) => void
}

/** A picker of places. A project that is chosen offers its types and environments too. */
export function ScopeSelect({ value, within, onChange, ...field }: ScopeSelectProps) {
  const place = placeOf(within ?? value)
  const project = place && place.level !== 'platform' && place.level !== 'team' ? place.of : ''
  return (
    <Select {...field} value={value} onChange={(_, d) => onChange(d.value)}>
      {!within && <Everywhere value={value} />}
      {within && !project && <option value={within}>{scopeWords(within)}</option>}
      {project && (within ? <Inside project={project} /> : <optgroup label={`In ${project}`}><Inside project={project} /></optgroup>)}
    </Select>
  )
}

function Everywhere({ value }: { value: string }) {
  const teams = useTeams().data ?? []
  const projects = useProjects().data ?? []
  const place = placeOf(value)
  const chosen = place && place.level !== 'platform' && place.level !== 'team' ? place.of : ''
  return (
    <>
      <option value="/">The platform</option>
      {teams.length > 0 && <optgroup label="Teams">{teams.map((t) => <option key={t.name} value={`/teams/${t.name}`}>{t.title}</option>)}</optgroup>}
      {projects.some((p) => p.name !== chosen) && <optgroup label="Projects">{projects.filter((p) => p.name !== chosen).map((p) => <option key={p.name} value={`/projects/${p.name}`}>{p.title}</option>)}</optgroup>}
    </>
  )
}

function Inside({ project }: { project: string }) {
  const types = useEnvironmentTypes().data ?? []
  const environments = useEnvironments(project).data ?? []
  const at = `/projects/${project}`
  return (
    <>
      <option value={at}>{`All of project ${project}`}</option>
      {types.map((t) => <option key={t.name} value={`${at}/environment-types/${t.name}`}>{`Environments of type ${t.title}`}</option>)}
      {environments.map((e) => <option key={e.name} value={`${at}/environments/${e.name}`}>{`Environment ${e.name}`}</option>)}
    </>
  )
}
