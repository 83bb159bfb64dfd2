import { Duels } from '../results/duels'

/** The matrix of duels as large as the screen has room for. */
export function DuelsThatFit(props: Omit<Parameters<typeof Duels>[0], 'className'>) {
  const few = props.options.length <= 6
  const some = props.options.length <= 9
  return <Duels {...props} className={few ? 'text-[1.25em]' : some ? '' : 'text-[0.75em]'} />
}
