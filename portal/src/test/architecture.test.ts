import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'

const top = join(import.meta.dirname, '..')
const sources = readdirSync(top, { recursive: true, encoding: 'utf8' }).filter((f) => /\.tsx?$/.test(f) && !/\.gen\.ts$|\.test\.tsx?$/.test(f) && !f.startsWith('test'))

/** Who may import whom: the layer to the right never knows the layer to the left. */
const layers = ['main.tsx', 'app', 'features', 'shared']

test.each(sources)('%s imports downwards only', (file) => {
  const text = readFileSync(join(top, file), 'utf8')
  const mine = layers.indexOf(file.split(/[\\/]/)[0] ?? '')
  for (const [, target = ''] of [...text.matchAll(/from '([^']+)'|import\('([^']+)'\)/g)].map((m) => [m[0], m[1] ?? m[2]])) {
    if (!target.startsWith('@/') && !target.startsWith('.')) continue
    const path = target.startsWith('@/') ? target.slice(2) : relative(top, join(top, file, '..', target))
    expect(layers.indexOf(path.split(/[\\/]/)[0] ?? ''), `${file} → ${target}`).toBeGreaterThanOrEqual(mine)
  }
})

test.each(sources.filter((f) => /[\\/]api[\\/]/.test(f) && f.startsWith('features')))('%s makes one request', (file) => {
  expect(readFileSync(join(top, file), 'utf8').match(/\bapi\.(GET|PUT|POST|DELETE|PATCH)\(/g)).toHaveLength(1)
})
