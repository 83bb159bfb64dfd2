import { formatter } from '@lingui/format-po'

const parts = {
  results: ['src/results/*'],
  more: ['src/results/more/*'],
  asked: ['src/results/asked/*', 'src/device/*'],
  present: ['src/present/*'],
  room: ['src/lobby/*', 'src/voting/*'],
  host: ['src/host/*', 'src/create/*'],
  refusals: ['src/refusals/*'],
  'hosts-refusals': ['src/refusals/hosts/*'],
}
const tests = ['**/*.test.*', 'src/testing/**']

/** @type {import('@lingui/conf').LinguiConfig} */
export default {
  sourceLocale: 'en',
  locales: ['en', 'de', 'es', 'ar'],
  // What is said only of results, or only on the big screen, comes with those pages.
  // The catalogue of a file is the first whose path fits, so the shortest path is last.
  catalogs: [
    ...Object.entries(parts).map(([part, include]) => ({
      path: `<rootDir>/src/locales/${part}-{locale}`,
      include,
      exclude: tests,
    })),
    {
      path: '<rootDir>/src/locales/{locale}',
      include: ['src'],
      exclude: [...tests, ...Object.values(parts).flat()],
    },
  ],
  format: formatter({ lineNumbers: false, origins: false }),
  orderBy: 'message',
}
