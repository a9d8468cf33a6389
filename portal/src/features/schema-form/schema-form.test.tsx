import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, test } from 'vitest'
import { LazySchemaForm } from './LazySchemaForm'
import SchemaForm from './SchemaForm'
import { forForm, isReference, withDefaults, withoutDefaults, type JsonSchema } from './schema'
import { faultsOf, type Fault } from './validate'

const told = (schema: JsonSchema, value: unknown, references = false) => faultsOf(schema, value, references).map((f) => `${f.pointer}: ${f.text}`)

test('faults are told at the value, in the words of the platform', () => {
  const schema = { type: 'object', required: ['a'], properties: { n: { type: 'integer', minimum: 3 }, e: { enum: ['x', 'y'] }, 'o/p': { type: 'object', additionalProperties: false, properties: { q: { type: 'string', minLength: 1 } } } } }
  expect(told(schema, { n: 1, e: 'z', 'o/p': { q: '', r: 1 } })).toEqual(['/a: A value is required.', '/n: Must be at least 3.', '/e: Must be one of: x, y.', '/o~1p/q: Must not be empty.', '/o~1p/r: There is no property of this name here.'])
  expect(told(schema, { a: 1, n: 3 })).toEqual([])
})

test('conditions hold: if and then, and dependentSchemas', () => {
  const schema = { type: 'object', properties: { mode: { enum: ['a', 'b'] } }, if: { properties: { mode: { const: 'b' } }, required: ['mode'] }, then: { required: ['why'] }, dependentSchemas: { x: { required: ['y'] } }, dependentRequired: { k: ['l'] } }
  expect(told(schema, { mode: 'a' })).toEqual([])
  expect(told(schema, { mode: 'b', x: 1, k: 1 }).sort()).toEqual(['/l: A value is required.', '/why: A value is required.', '/y: A value is required.'])
})

test('a reference is not judged: its value is known later', () => {
  const schema = { type: 'object', properties: { n: { type: 'integer' }, t: { type: 'string', maxLength: 3 }, list: { type: 'array', items: { type: 'integer' }, uniqueItems: true } } }
  expect(told(schema, { n: '${values.N}', t: 'a${values.T}', list: ['${a}'] }, true)).toEqual([])
  expect(told(schema, { n: '$${values.N}' }, true)).toEqual(['/n: Must be a whole number.'])
  expect([isReference('${a}'), isReference('$${a}'), isReference('$$${a}'), isReference('a')]).toEqual([true, false, true, false])
})

test('what the catalog says anyway is not asked for', () => {
  const schema = { type: 'object', properties: { size: { default: 'small' }, box: { type: 'object' }, list: { default: [1] } } }
  expect(withoutDefaults(schema, { size: 'small', box: { a: undefined }, list: [1], other: 0 })).toEqual({ other: 0 })
  expect(withoutDefaults(schema, { size: 'large', list: [] })).toEqual({ size: 'large', list: [] })
  expect(withDefaults(schema, {})).toEqual({ size: 'small', list: [1] })
})

test('the form library hears of dependentSchemas by the name it knows', () => {
  expect(forForm({ properties: { a: { dependentRequired: { x: ['y'] } } }, dependentSchemas: { b: { required: ['c'] } } })).toEqual({ properties: { a: { dependencies: { x: ['y'] } } }, dependencies: { b: { required: ['c'] } } })
})

function Harness({ schema, faults, seen, initial = {}, references }: { schema: JsonSchema; faults?: Fault[]; seen: { values?: Record<string, unknown> }; initial?: Record<string, unknown>; references?: boolean }) {
  const [values, setValues] = useState(initial)
  return <SchemaForm name="f" schema={schema} values={values} change={(v) => { seen.values = v; setValues(v) }} faults={faults ?? []} {...(references ? { references } : {})} />
}

const wide: JsonSchema = {
  type: 'object', required: ['title'], 'x-order': ['on'],
  properties: {
    title: { type: 'string', title: 'Title', description: 'What it shows.', maxLength: 5 }, count: { type: 'integer', title: 'Count', minimum: 2 }, size: { enum: ['small', 'large'], default: 'small', title: 'Size' }, on: { type: 'boolean', title: 'Public' },
    zone: { type: 'string', title: 'Zone', 'x-group': 'Advanced' }, settings: { type: 'object', title: 'Settings', additionalProperties: { type: 'string' } }, tags: { type: 'array', title: 'Tags', items: { type: 'string' } }, any: { title: 'Anything' },
  },
  if: { properties: { on: { const: true } }, required: ['on'] }, then: { properties: { reason: { type: 'string', title: 'Reason' } }, required: ['reason'] },
}

test('every kind of value has its control, and what is typed becomes what the API takes', async () => {
  const seen: { values?: Record<string, unknown> } = {}
  render(<Harness schema={wide} seen={seen} />)
  const user = userEvent.setup()
  await user.type(screen.getByLabelText(/^Title/), 'abc')
  await user.type(screen.getByLabelText('Count'), '7')
  await user.selectOptions(screen.getByLabelText('Size'), 'large')
  await user.type(screen.getByLabelText('Zone'), 'eu')
  await user.click(screen.getByRole('button', { name: 'Add to Tags' }))
  await user.type(screen.getByLabelText(/Tags-1|^tags/i), 'web')
  await user.type(screen.getByLabelText('Anything'), '[[1]')
  expect(seen.values).toMatchObject({ title: 'abc', count: 7, size: 'large', zone: 'eu', tags: ['web'], any: [1] })
  expect(screen.getByRole('group', { name: 'Advanced' }).contains(screen.getByLabelText('Zone'))).toBe(true)
  expect(screen.getByLabelText(/^Title/).getAttribute('aria-describedby')).toBeTruthy()
})

test('a condition brings its field and takes it away', async () => {
  render(<Harness schema={wide} seen={{}} />)
  expect(screen.queryByLabelText(/^Reason/)).toBeNull()
  await userEvent.click(screen.getByLabelText('Public'))
  expect(await screen.findByLabelText(/^Reason/)).toBeDefined()
  await userEvent.click(screen.getByLabelText('Public'))
  await waitFor(() => expect(screen.queryByLabelText(/^Reason/)).toBeNull())
})

test('a fault shows once somebody was there, and what the platform says shows at once', async () => {
  render(<Harness schema={wide} seen={{}} faults={[{ pointer: '/zone', text: 'No such zone.' }]} />)
  expect(screen.getByText('No such zone.')).toBeDefined()
  expect(screen.queryByText('A value is required.')).toBeNull()
  await userEvent.type(screen.getByLabelText(/^Title/), 'much too long')
  expect(screen.queryByText('Must be at most 5 characters long.')).toBeNull()
  await userEvent.tab()
  expect(await screen.findByText('Must be at most 5 characters long.')).toBeDefined()
  await userEvent.clear(screen.getByLabelText(/^Title/))
  expect(await screen.findByText('A value is required.')).toBeDefined()
})

test('a reference stands where no text belongs', async () => {
  const seen: { values?: Record<string, unknown> } = {}
  render(<Harness schema={{ type: 'object', properties: { on: { type: 'boolean', title: 'Public' }, n: { type: 'integer', title: 'Count' } } }} seen={seen} initial={{ on: '${values.ON}', n: '${values.N}' }} references />)
  expect((screen.getByLabelText('Public') as HTMLTextAreaElement).value).toBe('${values.ON}')
  expect((screen.getByLabelText('Count') as HTMLInputElement).value).toBe('${values.N}')
  await userEvent.type(screen.getByLabelText('Count'), 'x')
  await userEvent.tab()
  expect(seen.values).toMatchObject({ on: '${values.ON}', n: '${values.N}x' })
  expect(screen.queryByText(/Must be/)).toBeNull()
})

test('a property of a name of one’s own is added, named and removed', async () => {
  const seen: { values?: Record<string, unknown> } = {}
  render(<Harness schema={{ type: 'object', properties: { settings: { type: 'object', title: 'Settings', additionalProperties: { type: 'string' } } } }} seen={seen} />)
  await userEvent.click(screen.getByRole('button', { name: 'Add to Settings' }))
  const name = screen.getByLabelText('Name')
  await userEvent.clear(name)
  await userEvent.type(name, 'LOG')
  await userEvent.tab()
  await waitFor(() => expect(Object.keys((seen.values?.settings ?? {}) as object)).toEqual(['LOG']))
  await userEvent.click(screen.getByRole('button', { name: 'Remove LOG' }))
  await waitFor(() => expect(Object.keys((seen.values?.settings ?? {}) as object)).toEqual([]))
})

test('a reference in the place of a choice stays, with what the platform says of it', async () => {
  const seen: { values?: Record<string, unknown> } = {}
  const schema = { type: 'object', properties: { version: { enum: ['15', '16'], default: '16', title: 'Version' }, size: { type: 'integer', default: 32, title: 'Size' } } }
  render(<Harness schema={schema} seen={seen} initial={{ version: '${resources.no.outputs.x}' }} references faults={[{ pointer: '/version', text: 'There is no such resource.' }]} />)
  expect((screen.getByLabelText('Version') as HTMLTextAreaElement).value).toBe('${resources.no.outputs.x}')
  await userEvent.clear(screen.getByLabelText('Size'))
  await userEvent.type(screen.getByLabelText('Size'), '7')
  expect(seen.values).toMatchObject({ version: '${resources.no.outputs.x}', size: 7 })
  expect((screen.getByLabelText('Version') as HTMLTextAreaElement).value).toBe('${resources.no.outputs.x}')
  expect(screen.getByText('There is no such resource.')).toBeDefined()
})

test('of nothing to fill in there is no form', () => {
  const { container } = render(<LazySchemaForm name="f" schema={{ type: 'object' }} values={{}} change={() => {}} />)
  expect(container.innerHTML).toBe('')
})
