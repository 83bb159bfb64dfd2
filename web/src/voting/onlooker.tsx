import { t } from '@lingui/core/macro'
import { OptionLink, OptionNotes } from '../poll/option-text'
import { optionsOf, usePoll } from '../poll/use-poll'
import { useCommand } from '../session/use-command'
import { Button } from '../ui/button'
import { Eye } from '../ui/icons'
import { Section, Tally } from '../ui/page'
import { ProblemNote } from '../ui/problem'

/** The vote for somebody who only watches: what the others choose from, and the way to take part. */
export function Onlooker() {
  const { poll } = usePoll()
  const options = optionsOf(poll)
  const { busy, problem, run } = useCommand()
  return (
    <Section title={t`Options`} aside={<Tally n={options.length} />} takesFocus>
      <p className="mb-4 flex items-center gap-2 text-muted">
        <Eye />
        {t`You watch, and have no ballot.`}
      </p>
      <ul className="grid gap-2">
        {options.map(option => (
          <li key={option.id} className="rounded-2xl bg-sunk">
            <p className="px-4 py-2.5 font-medium">
              <bdi>{option.text}</bdi>
              <OptionNotes option={option} />
            </p>
            <OptionLink option={option} className="mx-2 mb-1 -mt-1" />
          </li>
        ))}
      </ul>
      <ProblemNote messages={problem} className="mt-4" />
      <Button className="mt-4 w-full" busy={busy} onClick={() => run('spectate', { on: false })}>
        {t`Take part and vote`}
      </Button>
    </Section>
  )
}
