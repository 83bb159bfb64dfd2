import { formatter } from '@lingui/format-po'

const parts = ['results', 'present']
const folder = part => `src/${part}/**`
const tests = ['**/*.test.*', 'src/testing/**']

/** @type {import('@lingui/conf').LinguiConfig} */
export default {
  sourceLocale: 'en',
  locales: ['en', 'de', 'es', 'ar'],
  // What is said only of results, or only on the big screen, comes with those pages.
  catalogs: [
    { path: '<rootDir>/src/locales/{locale}', include: ['src'], exclude: [...tests, ...parts.map(folder)] },
    ...parts.map(part => ({
      path: `<rootDir>/src/locales/${part}-{locale}`,
      include: [folder(part)],
      exclude: tests,
    })),
  ],
  format: formatter({ lineNumbers: false, origins: false }),
  orderBy: 'message',
}
