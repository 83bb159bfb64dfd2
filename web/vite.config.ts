import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { lingui } from '@lingui/vite-plugin'
import babel from '@rolldown/plugin-babel'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { reference } from './reference/reference.ts'

const server = 'http://localhost:3000'

type Modules = { getModuleInfo(id: string): { isEntry: boolean; importers: string[] } | null }

/** Whether a module comes with one of those that `isRoot` names, because it is imported there, however far down. */
function comesWith(isRoot: (id: string, entry: boolean) => boolean) {
  return (id: string, modules: Modules) => {
    const seen = new Set<string>()
    const search = (id: string): boolean => {
      if (seen.has(id)) return false
      seen.add(id)
      const module = modules.getModuleInfo(id)
      return Boolean(module && (isRoot(id, module.isEntry) || module.importers.some(search)))
    }
    return search(id)
  }
}

/** With the page itself, before anything else. */
const isFirst = comesWith((_, entry) => entry)

/** With the page of a poll, or its results. */
const isVoters = comesWith(id => /src\/(poll\/inside|results\/results-page)\.tsx$/.test(id))

// Few pieces: many small ones compress worse.
const pieces = [
  { name: (id: string, modules: Modules) => (isFirst(id, modules) ? 'first' : null), priority: 2 },
  {
    // What the page of a poll, the big screen and the results share. What only hosts use is not part of it.
    name: (id: string, modules: Modules) => (isVoters(id, modules) ? 'shared' : null),
    minShareCount: 2,
    priority: 1,
  },
  {
    // What follows the result on every page of it.
    name: (id: string) =>
      /src\/results\/more\/(how-counted|other-methods|ties|use-whole|waiting-room|why.*)\.tsx?$/.test(id)
        ? 'more'
        : null,
    priority: 1,
  },
]

/**
 * Puts the stylesheet into the page, which so paints with its first bytes. The server lets
 * in just this style, by its hash.
 */
const inlineStyles: Plugin = {
  name: 'caucus:inline-styles',
  apply: 'build',
  generateBundle: {
    order: 'post', // when every piece says what it needs
    handler(_, bundle) {
      const page = bundle['index.html']
      const entry = Object.values(bundle).find(output => output.type === 'chunk' && output.isEntry)
      if (page?.type !== 'asset' || !entry) throw new Error('the build has no page')
      const take = (_: string, file: string) => {
        const sheet = bundle[file]
        if (sheet?.type !== 'asset') throw new Error(`the build has no ${file}`)
        delete bundle[file]
        // Pieces that ask for the stylesheet ask for the program itself, which is there.
        for (const output of Object.values(bundle))
          if (output.type === 'chunk')
            output.code = output.code.replaceAll(basename(file), basename(entry.fileName))
        const css = String(sheet.source).trim()
        return `<style>${css.replaceAll('url(./', `url(./${dirname(file)}/`)}</style>`
      }
      page.source = String(page.source).replace(/<link rel="stylesheet"[^>]* href="\.\/([^"]+)">/g, take)
    },
  },
}

/** What the socket's libraries bring that connection.ts has no use for, and what stands for it: its exports, idle. */
const idle = {
  // A transport that nothing asks for.
  'engine.io-client/build/esm/transports/webtransport.js': 'export class WT {}',
  // Bytes: every event of the contract is JSON.
  'engine.io-parser/build/esm/contrib/base64-arraybuffer.js': 'export const decode = () => {}',
  'socket.io-parser/build/esm/is-binary.js':
    'export const isBinary = () => false; export const hasBinary = isBinary',
  'socket.io-parser/build/esm/binary.js':
    'export const deconstructPacket = packet => packet; export const reconstructPacket = deconstructPacket',
}

/** Leaves that out. */
const noIdlers: Plugin = {
  name: 'caucus:no-idlers',
  apply: 'build',
  load: {
    order: 'pre',
    handler: id => Object.entries(idle).find(([path]) => id.endsWith(path))?.[1] ?? null,
  },
}

/** Names the service worker's cache after what is in it, so that a new page replaces the old one. */
const versionedWorker: Plugin = {
  name: 'caucus:versioned-worker',
  apply: 'build',
  closeBundle() {
    const file = (name: string) => new URL(`dist/${name}`, import.meta.url)
    const hash = createHash('sha256')
    for (const name of ['offline.html', 'offline.js']) hash.update(readFileSync(file(name)))
    const worker = readFileSync(file('sw.js'), 'utf8')
    writeFileSync(file('sw.js'), worker.replace('VERSION', hash.digest('hex').slice(0, 12)))
  },
}

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

/** Makes the page /docs of the server's contract. */
const docs: Plugin = {
  name: 'caucus:docs',
  apply: 'build',
  generateBundle() {
    const content = reference(JSON.parse(read('../internal/httpd/openapi.json')), read('src/contract.gen.ts'))
    this.emitFile({
      type: 'asset',
      fileName: 'docs.html',
      source: read('reference/page.html').replace('<!-- reference -->', () => content),
    })
  },
}

/** What turns sources into a page. */
export const plugins = [
  react(),
  babel({ plugins: ['@lingui/babel-plugin-lingui-macro'] }), // its one task: the macros that mark what is translated
  lingui(),
  tailwindcss(),
]

/** Babel and Tailwind take most of the few seconds that a build takes, which is not worth a warning. */
export const checks = { bundlerTimings: false }

export default defineConfig({
  base: './', // below the <base> of the page
  // What the shim brings to older ones is in this React.
  resolve: { alias: { 'use-sync-external-store/shim/index.js': 'react' } },
  plugins: [...plugins, noIdlers, inlineStyles, versionedWorker, docs],
  server: {
    port: 5173,
    proxy: { '/polls': server, '/socket.io': { target: server, ws: true } },
  },
  build: {
    target: 'es2022',
    manifest: true, // for the server, which tells browsers early what a page is made of
    // The server's Content-Security-Policy lets nothing inline but the style of the page.
    assetsInlineLimit: 0,
    // Only the page itself names ahead what its pieces need: where a piece asks for another, the rest is there.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_, needed, { hostId }) => (/index-[^/]*$/.test(hostId) ? needed : []),
    },
    license: { fileName: 'assets/licences.md' },
    rolldownOptions: { checks, output: { codeSplitting: { groups: pieces } } },
  },
  test: {
    environment: 'jsdom',
    include: ['{src,reference}/**/*.test.{ts,tsx}'],
    setupFiles: ['src/testing/fresh.ts', 'src/testing/setup.ts'],
    sequence: { setupFiles: 'list' },
    isolate: false, // a page for each file takes most of the time; see testing/fresh.ts
    testTimeout: 120_000, // whole pages are driven, perhaps on a busy machine
  },
})
