import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Suspense } from 'react'
import { withHost } from '../i18n/parts'
import { OptionLink, OptionNotes } from '../poll/option-text'
import { type Option, optionsOf, usePoll } from '../poll/use-poll'
import { useCommand } from '../session/use-command'
import { Badge } from '../ui/badge'
import { IconButton } from '../ui/button'
import { Close } from '../ui/icons'
import { Section, Tally } from '../ui/page'
import { part } from '../ui/part'
import { ProblemNote } from '../ui/problem'
import { NominateForm } from './nominate-form'

const DeskButton = part(withHost(() => import('../host/desk-button')))

/** The options on the table, and the form to add one. */
export function Nominations({ className = '' }: { className?: string }) {
  const { poll, me, isHost } = usePoll()
  const options = optionsOf(poll)
  return (
    <Section title={t`Nominations`} className={className} aside={<Tally n={options.length} />}>
      <MayNominate options={options} />
      {isHost && (
        <Suspense>
          <DeskButton />
        </Suspense>
      )}
      {me.waiting && me.waiting.length > 0 && !isHost && <OwnWaiting />}
      {options.length === 0 ? (
        <p className="mt-5 rounded-2xl border border-dashed border-line px-4 py-8 text-center text-muted">
          <Trans>Nothing is on the table yet. Put the first option there.</Trans>
        </p>
      ) : (
        <ul className="mt-5 grid gap-2">
          {options.map(option => (
            <NominationRow key={option.id} option={option} />
          ))}
        </ul>
      )}
    </Section>
  )
}

/** The form, or why nothing can be nominated. What may change at any moment leaves it where it is. */
function MayNominate({ options }: { options: readonly Option[] }) {
  const { poll, me, isHost } = usePoll()
  const { nominationsPerVoter, hostNominates, approveNominations } = poll.settings
  const own = [...options, ...(me.waiting ?? [])].filter(({ userID }) => userID === me.userID).length
  const left = nominationsPerVoter - own
  if (!isHost && (hostNominates || me.spectates)) {
    return (
      <p className="text-muted">
        {me.spectates
          ? t`You watch: you neither nominate nor vote.`
          : t`The host puts the options on the table.`}
      </p>
    )
  }
  const shut =
    !isHost && poll.nominationsLocked
      ? t`The host has closed the nominations.`
      : left <= 0
        ? t`You have made all your nominations.`
        : undefined
  return <NominateForm left={left} waits={!isHost && approveNominations === true} shut={shut} />
}

/** One's own nominations that a host has not approved yet. */
function OwnWaiting() {
  const { me } = usePoll()
  return (
    <ul className="mt-5 grid gap-2" aria-label={t`Waiting for the host`}>
      {me.waiting?.map(option => (
        <NominationRow key={option.id} option={{ ...option, order: 0 }} waits />
      ))}
    </ul>
  )
}

function NominationRow({ option, waits = false }: { option: Option; waits?: boolean }) {
  const { me, isHost } = usePoll()
  const { busy, problem, run } = useCommand()
  const mine = option.userID === me.userID
  return (
    <li className={`appear rounded-2xl ${waits ? 'border border-dashed border-edge' : 'bg-sunk'}`}>
      <div className="flex min-h-13 items-center gap-2 ps-4 pe-1">
        <span className="min-w-0 flex-1 py-2.5 font-medium">
          <bdi>{option.text}</bdi> {waits && <Badge>{t`Waiting`}</Badge>}
          {mine && !waits && <Badge look="own">{t`Yours`}</Badge>}
          <OptionNotes option={option} />
        </span>
        {(mine || isHost) && (
          <IconButton
            label={t`Remove ${option.text}`}
            busy={busy}
            onClick={() => run('remove_nomination', { id: option.id })}
          >
            <Close />
          </IconButton>
        )}
      </div>
      <OptionLink option={option} className="mx-2 mb-1 -mt-1" />
      <ProblemNote messages={problem} />
    </li>
  )
}
