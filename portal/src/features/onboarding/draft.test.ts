import { expect, test } from 'vitest'
import { askable } from './askable'
import { refusalsOf, stepOf, wrongWith } from './checks'
import { changed, emptyDraft, newEnvironment, newPerson, specOf, type Draft } from './draft'
import { kept } from './store'

const draft: Draft = { ...emptyDraft, project: 'shop', title: 'Shop', team: 'shop' }
const pointers = (d: Draft) => wrongWith(d, '2026-03-01').map((w) => w.pointer)

test('what is not typed is not sent', () => {
  expect(specOf(draft)).toEqual({ title: 'Shop', team: 'shop', members: [] })
})

test('what is typed is sent as the API takes it', () => {
  const spec = specOf({
    ...draft, someTypes: true, types: ['dev'], environmentsMost: '3', resources: [{ resourceType: 'postgres', most: '0' }], budget: ' 500 ', over: 'refuse',
    people: [{ ...newPerson, id: ' ann ', where: 'type:dev', until: '2027-01-31' }, { ...newPerson, id: 'app', kind: 'application', where: 'environment:one' }],
    environments: [{ name: 'one', type: 'dev', template: 'empty', parameters: { a: 1 } }],
  })
  expect(spec).toMatchObject({
    quota: { environments: 3, resources: { postgres: 0 } }, budget: { monthly: '500', over: 'refuse' }, environmentTypes: ['dev'],
    members: [{ id: 'ann', kind: 'user', role: 'Contributor', environmentType: 'dev' }, { id: 'app', kind: 'application', environment: 'one' }],
    environments: [{ name: 'one', type: 'dev', template: 'empty', parameters: { a: 1 } }],
  })
  expect(spec.members?.[0]?.expiresAt?.slice(0, 8)).toMatch(/2027-0[12]-/)
})

test('what is wrong is told with its place, before anybody is asked', () => {
  expect(pointers(draft)).toEqual([])
  expect(pointers(emptyDraft)).toEqual(['/name', '/title', '/team'])
  expect(pointers({ ...draft, project: 'Shop!', team: 'x-' })).toEqual(['/name', '/team'])
  const ann = { ...newPerson, id: 'ann' }
  expect(pointers({ ...draft, people: [ann, ann, { ...ann, role: 'Reader', until: '2026-02-28' }, { ...ann, role: 'Approver', where: 'environment:gone' }] })).toEqual(['/members/1/id', '/members/2/expiresAt', '/members/3/environment'])
  expect(pointers({ ...draft, environmentsMost: '0', hourMost: 'x', budget: '5,00', someTypes: true })).toEqual(['/quota/environments', '/quota/deploymentsPerHour', '/budget/monthly', '/environmentTypes'])
  expect(pointers({ ...draft, someTypes: true, types: ['test'], environments: [{ ...newEnvironment, name: 'one' }, { ...newEnvironment, name: 'one', template: 'empty' }] })).toEqual([
    '/environments/0/template', '/environments/0/type', '/environments/1/name', '/environments/1/type',
  ])
})

test('what the platform refuses is led back to where it was typed', () => {
  expect(['/title', '/members/0/role', '/quota/environments', '/budget', '/environmentTypes/0', '/environments/1/parameters/title'].map(stepOf)).toEqual(['project', 'people', 'limits', 'limits', 'limits', 'environments'])
  const { draft: part, back } = askable({ ...draft, people: [newPerson, { ...newPerson, id: 'ann' }], environments: [newEnvironment, { ...newEnvironment, name: 'one', template: 'empty' }] })
  expect([part.people.length, part.environments.length, back('/members/0/role'), back('/environments/0/parameters/title'), back('/title')]).toEqual([1, 1, '/members/1/role', '/environments/1/parameters/title', '/title'])
  expect(refusalsOf({ exists: false, newTeam: true, price: { monthly: '0.00', currency: 'USD', complete: true }, environments: [{ name: 'x', refusal: { code: 'QuotaExceeded', detail: 'd', errors: [{ pointer: '/environments/0', detail: 'is the reason' }] } }] })).toHaveLength(1)
})

test('another template begins with no parameters', () => {
  const one = changed({ ...draft, environments: [{ ...newEnvironment, template: 'a', parameters: { x: 1 } }] }, { list: 'environments', at: 0, set: { template: 'b' } })
  expect(one.environments[0]).toMatchObject({ template: 'b', parameters: {} })
  expect(changed(one, { forget: true })).toBe(emptyDraft)
})

test('what is kept and cannot be read is forgotten', () => {
  for (const text of ['{', 'null', '{"people":7}', '"x"']) {
    sessionStorage.setItem('lazuli.onboarding', text)
    expect(kept()).toEqual(emptyDraft)
  }
  sessionStorage.clear()
})
