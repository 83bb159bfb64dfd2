import { useAsked } from '../session/use-asked'
import { useCommand } from '../session/use-command'
import { ProblemNote } from '../ui/problem'
import { Switch } from '../ui/switch'

/** A lock that the server keeps. */
export function LockSwitch({
  event,
  label,
  hint,
  locked,
}: {
  event: 'lock_room' | 'lock_nominations'
  label: string
  hint: string
  /** As the server has it. */
  locked: boolean
}) {
  const { problem, run } = useCommand()
  const { shown, ask } = useAsked(locked)
  return (
    <div>
      <Switch
        label={label}
        hint={hint}
        checked={shown}
        onChange={locked => void ask(locked, run(event, { locked }))}
      />
      <ProblemNote messages={problem} className="mt-2" />
    </div>
  )
}
