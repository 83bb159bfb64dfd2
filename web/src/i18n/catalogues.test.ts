import { getCatalogs } from '@lingui/cli/api'
import { getConfig } from '@lingui/conf'
import { expect, test } from 'vitest'

const config = getConfig({ cwd: import.meta.dirname })

test('every sentence of the program is in every catalogue, translated, and no other', async () => {
  let sentences = 0
  for (const catalogue of await getCatalogs(config)) {
    const used = Object.keys((await catalogue.collect()) ?? {}).sort()
    expect(used.length).toBeGreaterThan(0)
    sentences += used.length
    for (const locale of config.locales) {
      const entries = (await catalogue.read(locale)) ?? {}
      const present = Object.keys(entries).filter(id => !entries[id]?.obsolete)
      expect(present.sort(), `${locale}: run npm run extract`).toEqual(used)
      const missing = present.filter(id => !entries[id]?.translation).map(id => entries[id]?.message)
      expect(missing, `${locale} lacks`).toEqual([])
    }
  }
  expect(sentences).toBeGreaterThan(100)
})
