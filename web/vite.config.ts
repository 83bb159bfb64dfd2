import { lingui } from '@lingui/vite-plugin'
import babel from '@rolldown/plugin-babel'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const server = 'http://localhost:3000'

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
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/testing/setup.ts'],
    testTimeout: 30_000, // whole pages are driven, perhaps on a busy machine
  },
})
