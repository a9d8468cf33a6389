import { Select } from '@fluentui/react-components'
import type { RoleChoice } from './roles'

/** A picker of roles. Those that one may not give are there, disabled, with the reason. */
export function RoleSelect({ choices, value, onChange, ...field }: { choices: RoleChoice[]; value: string; onChange: (role: string) => void }) {
  return (
    <Select {...field} value={value} onChange={(_, d) => onChange(d.value)}>
      {!choices.some((c) => c.role.name === value) && <option value={value}>{value}</option>}
      {choices.map(({ role, missing }) => (
        <option key={role.name} value={role.name} disabled={missing !== undefined}>{role.name}{missing && ` (you lack ${missing})`}</option>
      ))}
    </Select>
  )
}
