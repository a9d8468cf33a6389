import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// A browser against the whole platform: one file at a time, in the order of its steps.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: { environment: 'node', include: process.env.SCREENSHOTS ? ['screenshots.ts'] : ['budget.test.ts', '*.journey.ts'], testTimeout: 120_000, hookTimeout: 180_000, fileParallelism: false, bail: 1 },
})
