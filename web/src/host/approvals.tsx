import { plural, t } from '@lingui/core/macro'
import { OptionLink, OptionNotes } from '../poll/option-text'
import { usePoll } from '../poll/use-poll'
import { useCommand } from '../session/use-command'
import { Button, IconButton } from '../ui/button'
import { Check, Close } from '../ui/icons'
import { ProblemNote } from '../ui/problem'
import { Group } from './settings-fields'

/** What others have nominated, for a host to let in or not. */
export function Approvals() {
  const { me } = usePoll()
  const { busy, problem, run } = useCommand()
  const waiting = me.waiting ?? []
  if (waiting.length === 0) return null
  return (
    <Group title={t`Waiting for you`}>
      <ul className="-mx-2 grid gap-2">
        {waiting.map(option => (
          <li key={option.id} className="rounded-2xl bg-brass-soft">
            <div className="flex min-h-13 items-center gap-1 ps-4 pe-1">
              <span className="min-w-0 flex-1 py-2 font-medium">
                <bdi>{option.text}</bdi>
                <OptionNotes option={option} />
              </span>
              <IconButton
                label={t`Approve ${option.text}`}
                busy={busy}
                onClick={() => run('approve_nominations', { ids: [option.id] })}
              >
                <Check />
              </IconButton>
              <IconButton
                label={t`Reject ${option.text}`}
                busy={busy}
                onClick={() => run('remove_nomination', { id: option.id })}
              >
                <Close />
              </IconButton>
            </div>
            <OptionLink option={option} className="mx-2 mb-1 -mt-1" />
          </li>
        ))}
      </ul>
      <ProblemNote messages={problem} />
      {waiting.length > 1 && (
        <Button
          look="primary"
          busy={busy}
          onClick={() => run('approve_nominations', { ids: waiting.map(({ id }) => id) })}
        >
          {plural(waiting.length, { one: 'Approve # of them', other: 'Approve all #' })}
        </Button>
      )}
    </Group>
  )
}
