import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// `npm run build` builds the page of each program into its folder dist, which the program embeds.
// `npm run dev react` serves one page while you change it, beside the program that is running.
export default defineConfig({
  plugins: [react()],
  server: { port: 5173, proxy: { '/socket.io': { target: 'http://localhost:8080', ws: true } } },
  build: { target: 'es2022', modulePreload: { polyfill: false } },
})
