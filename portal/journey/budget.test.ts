import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))

interface Chunk {
  file: string
  isEntry?: boolean
  imports?: string[]
  css?: string[]
}

/** What a browser must have before the first page is drawn: the entry, what it imports, and the home page's own chunk. */
test('the first load is under 250 KB', () => {
  const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8')) as Record<string, Chunk>
  const needed = new Set<string>()
  const need = (key: string) => {
    const chunk = manifest[key]
    if (!chunk || needed.has(chunk.file)) return
    needed.add(chunk.file)
    chunk.css?.forEach((file) => needed.add(file))
    chunk.imports?.forEach(need)
  }
  const home = Object.keys(manifest).filter((key) => manifest[key]?.isEntry || /routes\/index\.tsx/.test(key))
  expect(home.length).toBeGreaterThanOrEqual(2)
  home.forEach(need)
  const sizes = [...needed].map((file) => [file, gzipSync(readFileSync(dist + file), { level: 9 }).length] as const)
  const total = sizes.reduce((sum, [, size]) => sum + size, 0)
  console.log(`first load: ${(total / 1000).toFixed(1)} KB gzip in ${sizes.length} files`)
  expect(total, sizes.map((s) => s.join(' ')).join('\n')).toBeLessThan(250_000)
})
