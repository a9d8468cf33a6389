/** A place where a role counts. */
export interface Place {
  level: 'platform' | 'team' | 'project' | 'type' | 'environment'
  /** The team or the project. */
  of: string
  /** The type or the environment. */
  name: string
}

export function placeOf(scope: string): Place | undefined {
  const [, kind, of = '', inner, name = '', ...more] = scope.split('/')
  if (scope === '/') return { level: 'platform', of: '', name: '' }
  if (more.length > 0 || !of) return undefined
  if (kind === 'teams' && !inner) return { level: 'team', of, name: '' }
  if (kind !== 'projects') return undefined
  if (!inner) return { level: 'project', of, name: '' }
  if (!name) return undefined
  return inner === 'environment-types' ? { level: 'type', of, name } : inner === 'environments' ? { level: 'environment', of, name } : undefined
}

/** A scope in words. */
export function scopeWords(scope: string): string {
  const p = placeOf(scope)
  switch (p?.level) {
    case 'platform': return 'the platform'
    case 'team': return `team ${p.of}`
    case 'project': return `project ${p.of}`
    case 'type': return `type ${p.name} in ${p.of}`
    case 'environment': return `environment ${p.of}/${p.name}`
    default: return scope
  }
}

/** Where an assignment comes from, seen from a scope: given here, inherited from above, or counting in a part of it. */
export function originOf(given: string, at: string): 'here' | 'above' | 'beneath' {
  if (given === at) return 'here'
  const here = placeOf(at)
  const there = placeOf(given)
  if (!here || !there || there.level === 'platform') return 'above'
  if (here.level === 'platform') return 'beneath'
  if (here.level === 'team') return there.level === 'team' ? 'above' : 'beneath'
  if (there.level === 'team') return 'above'
  return here.level === 'project' ? 'beneath' : 'above' // a role by type counts in the environments of the type
}
