import { Button, Field, Input, Select } from '@fluentui/react-components'
import { useRoles } from '@/features/access/api/list-roles'
import { useTeams } from '@/features/access/api/list-teams'
import { RoleSelect } from '@/features/access/RoleSelect'
import { roleChoices } from '@/features/access/roles'
import { useEnvironmentTypes } from '@/features/catalog/api/list-environment-types'
import { useMyActions } from '@/features/me/api/list-my-actions'
import type { Schemas } from '@/shared/api/client'
import { EmptyState } from '@/shared/ui/EmptyState'
import { CheckedField, type StepProps } from '../CheckedField'
import { newPerson } from '../draft'

export function PeopleStep({ draft, change, wrong, strict }: StepProps) {
  const known = (useTeams().data ?? []).some((t) => t.name === draft.team)
  const mine = useMyActions(known ? `/teams/${draft.team}` : '/').data
  const choices = roleChoices(useRoles().data ?? [], mine ?? [])
  const types = (useEnvironmentTypes().data ?? []).filter((t) => !draft.someTypes || draft.types.includes(t.name))
  return (
    <>
      {draft.people.length === 0 && <EmptyState title="Nobody is named yet">Give at least one person or group the role TeamOwner: owners give roles to the others. Without anybody, what people hold at the team counts alone.</EmptyState>}
      {draft.people.map((person, n) => {
        const set = (change_: Partial<typeof person>) => change({ list: 'people', at: n, set: change_ })
        return (
          <fieldset key={n} className="lz-group">
            <legend>{person.id || `Person ${n + 1}`}</legend>
            <CheckedField pointer={`/members/${n}/id`} wrong={wrong} strict={strict} label="Who" required hint="Object id at the identity provider.">
              <Input value={person.id} autoComplete="off" spellCheck={false} onChange={(_, d) => set({ id: d.value })} />
            </CheckedField>
            <Field label="Kind"><Select value={person.kind} onChange={(_, d) => set({ kind: d.value as Schemas['PrincipalKind'] })}><option value="user">Person</option><option value="group">Group</option><option value="application">Application</option></Select></Field>
            <CheckedField pointer={`/members/${n}/role`} wrong={wrong} strict={strict} label="Role" required hint={choices.find((c) => c.role.name === person.role)?.role.title ?? ''}>
              <RoleSelect choices={choices} value={person.role} onChange={(role) => set({ role })} />
            </CheckedField>
            <CheckedField pointer={`/members/${n}/environment`} wrong={wrong} strict={strict} label="Counts in">
              <Select value={person.where} onChange={(_, d) => set({ where: d.value })}>
                <option value="">All of the project</option>
                {types.map((t) => <option key={t.name} value={`type:${t.name}`}>{`Environments of type ${t.title}`}</option>)}
                {draft.environments.filter((e) => e.name).map((e) => <option key={e.name} value={`environment:${e.name}`}>{`Environment ${e.name}`}</option>)}
              </Select>
            </CheckedField>
            <CheckedField pointer={`/members/${n}/expiresAt`} wrong={wrong} strict={strict} label="Until" hint="Nothing is no end."><Input type="date" value={person.until} onChange={(_, d) => set({ until: d.value })} /></CheckedField>
            <div><Button size="small" onClick={() => change({ list: 'people', remove: n })}>{`Remove ${person.id || `person ${n + 1}`}`}</Button></div>
          </fieldset>
        )
      })}
      <div><Button onClick={() => change({ list: 'people', add: { ...newPerson, role: draft.people.length === 0 ? 'TeamOwner' : 'Contributor' } })}>Add somebody</Button></div>
    </>
  )
}
