import { expect, test } from 'vitest'
import { roleChoices } from './roles'
import { originOf, placeOf, scopeWords } from './scope'

test('a scope in words', () => {
  expect(['/', '/teams/crew', '/projects/shop', '/projects/shop/environment-types/prod', '/projects/shop/environments/dev', '/nonsense', '/projects/shop/environments'].map(scopeWords)).toEqual([
    'the platform', 'team crew', 'project shop', 'type prod in shop', 'environment shop/dev', '/nonsense', '/projects/shop/environments',
  ])
  expect(placeOf('/projects/shop/environments/dev/more')).toBeUndefined()
})

test('where an assignment comes from, seen from a place', () => {
  const from = (at: string) => ['/', '/teams/crew', '/projects/shop', '/projects/shop/environment-types/prod', '/projects/shop/environments/dev'].map((given) => originOf(given, at))
  expect(from('/')).toEqual(['here', 'beneath', 'beneath', 'beneath', 'beneath'])
  expect(from('/teams/crew')).toEqual(['above', 'here', 'beneath', 'beneath', 'beneath'])
  expect(from('/projects/shop')).toEqual(['above', 'above', 'here', 'beneath', 'beneath'])
  expect(from('/projects/shop/environments/dev')).toEqual(['above', 'above', 'above', 'above', 'here'])
})

test('only what one holds may be given', () => {
  const role = (name: string, actions: string[], assignable = true) => ({ name, title: name, builtIn: true, assignable, actions })
  const roles = [role('Reader', ['values/read']), role('Owner', ['values/read', 'quotas/write']), role('Everyone', [], false)]
  expect(roleChoices(roles, ['assignments/write', 'values/read']).map((c) => [c.role.name, c.missing])).toEqual([['Reader', undefined], ['Owner', 'quotas/write']])
  expect(roleChoices(roles, ['values/read']).map((c) => c.missing)).toEqual(['assignments/write', 'assignments/write'])
})
