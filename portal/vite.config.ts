import { fileURLToPath } from 'node:url'
import { tanstackRouter } from '@tanstack/router-plugin/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// The route tree is made of the files in src/app/routes: a page is added by adding its file.
export default defineConfig({
  plugins: [
    tanstackRouter({
      target: 'react',
      autoCodeSplitting: true,
      routesDirectory: 'src/app/routes',
      generatedRouteTree: 'src/app/routeTree.gen.ts',
      disableLogging: true,
    }),
    react(),
  ],
  resolve: { alias: { '@contract': fileURLToPath(new URL('../apim', import.meta.url)), '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    // No inlined assets: the content security policy allows no data: scripts or styles.
    assetsInlineLimit: 0,
    manifest: true,
    chunkSizeWarningLimit: 1000,
  },
  // The published JSON Schema of manifests lies beside the contract.
  server: { fs: { allow: ['..'] }, proxy: Object.fromEntries(['/v1', '/identity', '/portal-config.json'].map((p) => [p, 'http://localhost:7071'])) },
  test: {
    environment: 'jsdom',
    environmentOptions: { jsdom: { url: 'http://localhost:7071/' } },
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test/setup.ts'],
    testTimeout: 90_000,
    pool: 'threads',
    maxWorkers: 2,
    css: false,
  },
})
