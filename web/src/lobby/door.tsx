import { t } from '@lingui/core/macro'
import type { Door as Outside } from '../contract.gen'
import { ConnectionBanner } from '../poll/connection-note'
import { Hemicycle } from '../ui/hemicycle'
import { Page, useTitle } from '../ui/page'
import { isolate } from '../ui/words'

/** Where somebody waits whom a host has not let in yet. The page goes on from here when one does. */
export function Door({ door: { topic, name } }: { door: Outside }) {
  useTitle(t`Waiting: ${topic}`)
  return (
    <Page>
      <ConnectionBanner />
      <div
        role="status"
        className="grid justify-items-center gap-4 rounded-3xl bg-sunk px-6 py-12 text-center"
      >
        <Hemicycle seats={14} taken={9} className="pulse w-36" />
        <h1 className="text-3xl font-extrabold tracking-tight">{t`The host will let you in`}</h1>
        <p className="font-semibold">
          <bdi className="own-lines block">{topic}</bdi>
        </p>
        <p className="max-w-md text-muted">
          {name
            ? t`You wait as ${isolate(name)}. Keep this page open: it goes on as soon as you are in.`
            : t`Keep this page open: it goes on as soon as you are in.`}
        </p>
      </div>
    </Page>
  )
}
