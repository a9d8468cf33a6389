import { Input } from '@fluentui/react-components'
import { useId } from 'react'
import { useTeams } from '@/features/access/api/list-teams'
import { CheckedField, type StepProps } from '../CheckedField'

/** Small letters and dashes of what people call it. */
const nameOf = (title: string) => title.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+|-+$/g, '').slice(0, 63)

export function ProjectStep({ draft, change, wrong, strict }: StepProps) {
  const teams = useTeams().data ?? []
  const known = teams.find((t) => t.name === draft.team)
  const list = useId()
  const follows = draft.project === nameOf(draft.title)
  return (
    <>
      <CheckedField pointer="/title" wrong={wrong} strict={strict} label="Title" required hint="What people call it.">
        <Input value={draft.title} autoComplete="off" onChange={(_, d) => change({ set: { title: d.value, ...(follows ? { project: nameOf(d.value) } : {}) } })} />
      </CheckedField>
      <CheckedField pointer="/name" wrong={wrong} strict={strict} label="Name" required hint="It is part of addresses, and stays.">
        <Input value={draft.project} autoComplete="off" spellCheck={false} onChange={(_, d) => change({ set: { project: d.value } })} />
      </CheckedField>
      <CheckedField pointer="/team" wrong={wrong} strict={strict} label="Team" required
        hint={known ? `Existing: ${known.title}, with ${known.projects.length} ${known.projects.length === 1 ? 'project' : 'projects'}. What people hold at it counts in this project.` : draft.team ? 'New: it is made with the project.' : 'One of those that are there, or the name of a new one.'}>
        <Input value={draft.team} list={list} autoComplete="off" spellCheck={false} onChange={(_, d) => change({ set: { team: d.value } })} />
      </CheckedField>
      <datalist id={list}>{teams.map((t) => <option key={t.name} value={t.name}>{t.title}</option>)}</datalist>
    </>
  )
}
