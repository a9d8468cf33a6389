import type { Schemas } from '@/shared/api/client'

export interface RoleChoice {
  role: Schemas['RoleDefinition']
  /** The first action that one lacks to give it; undefined when one may. */
  missing: string | undefined
}

/** The roles that can be given, each with what one lacks to give it: nobody gives what he does not hold himself. */
export function roleChoices(roles: Schemas['RoleDefinition'][], mine: string[]): RoleChoice[] {
  const held = new Set(mine)
  return roles.filter((r) => r.assignable).map((role) => ({ role, missing: held.has('assignments/write') ? role.actions.find((a) => !held.has(a)) : 'assignments/write' }))
}
