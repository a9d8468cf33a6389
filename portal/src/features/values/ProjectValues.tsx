import { Link } from '@tanstack/react-router'
import { useEnvironments } from '@/features/environments/api/list-environments'
import { Page, Section } from '@/shared/ui/Page'
import { ValuesView } from './ValuesView'

/** The values of a project, which hold in all of its environments. */
export function ProjectValues({ project }: { project: string }) {
  const environments = (useEnvironments(project).data ?? []).filter((e) => e.state !== 'deleted')
  return (
    <Page title={`Values of ${project}`} crumbs={[{ title: 'Projects', to: '/projects' }, { title: project, to: `/projects/${project}` }]} subtitle="They hold in every environment of the project that does not set the same key itself.">
      <ValuesView scope={{ project }} />
      {environments.length > 0 && (
        <Section title="In the environments">
          <ul className="lz-row">{environments.map((e) => <li key={e.name}><Link to="/projects/$project/environments/$environment" params={{ project, environment: e.name }} search={{ tab: 'values' }}>{e.name}</Link></li>)}</ul>
        </Section>
      )}
    </Page>
  )
}
