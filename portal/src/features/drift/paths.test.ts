import { expect, test } from 'vitest'
import { pathsOf } from './paths'

test('a property can be ignored, and what it is part of', () => {
  expect(pathsOf({ properties: [{ path: 'containers[1]' }, { path: 'network.rules[0].port' }, { path: 'sku' }] })).toEqual(['containers', 'containers[1]', 'network', 'network.rules', 'network.rules[0]', 'network.rules[0].port', 'sku'])
})
