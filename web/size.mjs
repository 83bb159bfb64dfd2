// Measures what a browser fetches of the built client before it can go on, and fails above the budgets.
import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const folder = new URL('dist/assets/', import.meta.url)
const files = readdirSync(folder)
const read = name => readFileSync(new URL(name, folder))
const named = name =>
  files.find(file => new RegExp(`^${name}-[\\w-]{8}\\.\\w+$`).test(file) && !file.endsWith('.css'))

/** A script with all that it imports before it runs. */
function closure(name, seen = new Set()) {
  if (seen.has(name)) return seen
  seen.add(name)
  const imports = read(name)
    .toString()
    .matchAll(/(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g)
  for (const [, imported] of imports) closure(imported, seen)
  return seen
}

const kilobytes = names =>
  [...names].reduce((sum, name) => sum + gzipSync(read(name), { level: 9 }).length, 0) / 1000
const parts = (...names) => new Set(names.flatMap(name => [...closure(named(name))]))

const minus = (names, others) => [...names].filter(name => !others.has(name))

// Arabic has the longest catalogue.
const voters = parts(
  ...['index', 'ar', 'inside', 'room-ar', 'results-page', 'results-ar'],
  ...['more', 'more-ar'], // at leisure, for the printer
  ...['sentences', 'refusals-ar'], // when something is refused
)
const budgets = [
  ['scripts before the form to join', parts('index', 'ar'), 90],
  ['scripts of a voter in all', voters, 140],
  [
    'what a voter may ask for besides: pictures, sharing, a QR code, another device',
    minus(
      parts(
        ...['pictures', 'sankey', 'rounds-table', 'abridged', 'next-poll', 'seed', 'share'],
        ...['qr-dialog', 'qr-code', 'device-dialog', 'takeover', 'asked-ar'],
      ),
      voters,
    ),
    20,
  ],
]

// The stylesheet is in the page: a piece that asks for one asks for what is not there.
for (const name of files.filter(file => file.endsWith('.js'))) {
  if (/["'][^"']*\.css["']/.test(read(name).toString())) throw new Error(`${name} asks for a stylesheet`)
}

for (const [what, names, most] of budgets) {
  const size = kilobytes(names)
  console.log(`${what}: ${size.toFixed(1)} kB of ${most} kB, gzip`)
  if (size > most) process.exitCode = 1
}
