import { defineConfig } from 'vite'
import { checks, plugins } from '../vite.config.ts'

// The gallery is a page for developers. It is built apart and is in no release.
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins,
  resolve: { alias: { 'socket.io-client': `${import.meta.dirname}/socket.ts` } },
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    chunkSizeWarningLimit: 2_000,
    rolldownOptions: { checks },
  },
})
