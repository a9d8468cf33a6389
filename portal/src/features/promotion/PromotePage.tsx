import { Field, Select } from '@fluentui/react-components'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEnvironments } from '@/features/environments/api/list-environments'
import type { Schemas } from '@/shared/api/client'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Loaded } from '@/shared/ui/Loaded'
import { Page, Section } from '@/shared/ui/Page'
import { mostPlaces, ordered } from './beside'
import { Promotion } from './Promotion'
import { SideBySide } from './SideBySide'

interface PromotePageProps {
  project: string
  from?: string | undefined
  to?: string | undefined
}

/** The environments of a project side by side, and the way from one to another. */
export function PromotePage(props: PromotePageProps) {
  const query = useEnvironments(props.project)
  return (
    <Page title="Promote" crumbs={[{ title: 'Projects', to: '/projects' }, { title: props.project, to: `/projects/${props.project}` }]}
      subtitle="What was asked for in one environment is asked for in another, and built there as its type says.">
      <Loaded query={query}>{(all) => <Chosen {...props} all={all.filter((e) => e.state !== 'deleted' && e.state !== 'deleting')} />}</Loaded>
    </Page>
  )
}

function Chosen({ project, from, to, all }: PromotePageProps & { all: Schemas['Environment'][] }) {
  const navigate = useNavigate()
  const sources = all.filter((e) => e.deployment)
  const source = sources.find((e) => e.name === from) ?? sources[0]
  const targets = all.filter((e) => e.name !== source?.name)
  const target = targets.find((e) => e.name === to) ?? targets[0]
  const choose = (search: { from?: string | undefined; to?: string | undefined }) => void navigate({ to: '/projects/$project/promote', params: { project }, search: { from: source?.name, to: target?.name, ...search }, replace: true })
  if (!source) return <EmptyState title="Nothing was deployed in this project yet">Promoting takes what runs in one environment to another. Deploy to one first.</EmptyState>
  if (!target) {
    return (
      <EmptyState title="There is no other environment in this project" action={<Link to="/projects/$project/new-environment" params={{ project }}>New environment</Link>}>
        Make one first, such as test; then what runs in {source.name} can go there. To make it of what {source.name} is, clone {source.name}.
      </EmptyState>
    )
  }
  return (
    <>
      <div className="lz-row">
        <Field label="From" className="lz-choice"><Select value={source.name} onChange={(_, d) => choose({ from: d.value, ...(d.value === target.name ? { to: source.name } : {}) })}>{sources.map((e) => <option key={e.name} value={e.name}>{e.name} ({e.type})</option>)}</Select></Field>
        <Field label="To" className="lz-choice"><Select value={target.name} onChange={(_, d) => choose({ to: d.value })}>{targets.map((e) => <option key={e.name} value={e.name}>{e.name} ({e.type})</option>)}</Select></Field>
      </div>
      <Section title="What each has">
        <SideBySide environments={ordered(all, source.name, target.name)} />
        {all.length > mostPlaces && <p className="lz-muted">{all.length - mostPlaces} more are not shown; choose one above to see it.</p>}
      </Section>
      <Promotion key={`${source.name} ${target.name}`} source={source} target={target} />
    </>
  )
}
