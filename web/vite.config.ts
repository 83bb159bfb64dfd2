import { lingui } from '@lingui/vite-plugin'
import babel from '@rolldown/plugin-babel'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const server = 'http://localhost:3000'

type Modules = { getModuleInfo(id: string): { isEntry: boolean; importers: string[] } | null }

/** Whether a module is loaded with the page itself, before anything else. */
function isFirst(id: string, modules: Modules, seen = new Set<string>()): boolean {
  if (seen.has(id)) return false
  seen.add(id)
  const module = modules.getModuleInfo(id)
  return Boolean(module && (module.isEntry || module.importers.some(other => isFirst(other, modules, seen))))
}

// Few pieces: many small ones compress worse.
const pieces = [
  { name: (id: string, modules: Modules) => (isFirst(id, modules) ? 'first' : null), priority: 2 },
  {
    // What the page of a poll, the big screen and the results share.
    name: 'shared',
    test: /src\/(poll|session|results|ui|voting)\/|socket\.io|engine\.io/,
    minShareCount: 2,
    priority: 1,
  },
]

export default defineConfig({
  base: './', // below the <base> of the page
  // Babel has one task: the macros that mark what is to be translated.
  plugins: [react(), babel({ plugins: ['@lingui/babel-plugin-lingui-macro'] }), lingui(), tailwindcss()],
  server: {
    port: 5173,
    proxy: { '/polls': server, '/socket.io': { target: server, ws: true } },
  },
  build: {
    target: 'es2022',
    // The server's Content-Security-Policy lets nothing inline: no data: fonts, no inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: 'assets/licences.md' },
    rolldownOptions: { output: { codeSplitting: { groups: pieces } } },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/testing/setup.ts'],
    testTimeout: 30_000, // whole pages are driven, perhaps on a busy machine
  },
})
