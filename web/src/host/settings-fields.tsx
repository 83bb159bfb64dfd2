import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { Method } from '../contract.gen'
import { methodNames } from '../poll/methods'
import { at, type Why } from '../session/refusal'
import { Switch } from '../ui/switch'
import { TextField } from '../ui/text-field'
import { NumberField } from './field'
import { methodSentences, methods, recommended } from './methods'
import { isWrongTime, lastTime, methodOf, ranges, type SettingsForm, takesEquals } from './settings'

interface Props {
  form: SettingsForm
  set: (change: Partial<SettingsForm>) => void
  /** What the server refused. */
  why: readonly Why[]
}

/** How many options a ballot ranks. */
export const VotesField = ({ form, set, why }: Props) => (
  <NumberField
    label={t`Votes per person`}
    hint={t`How many options a ballot ranks.`}
    value={form.votesPerVoter}
    error={at(why, 'votesPerVoter')}
    {...ranges.votesPerVoter}
    onChange={votesPerVoter => set({ votesPerVoter })}
  />
)

/** How ballots are counted. */
export function CountingFields({ form, set, why }: Props) {
  return (
    <Group title={t`Counting`}>
      <NumberField
        label={t`Winners`}
        hint={t`How many options are chosen.`}
        value={form.seats}
        error={at(why, 'seats')}
        {...ranges.seats}
        onChange={seats => set({ seats })}
      />
      <MethodChoice form={form} onChoose={method => set({ method })} />
      <Switch
        label={t`Declare ties`}
        hint={t`A tie for the win stays one, instead of being decided by draw.`}
        checked={form.declareTies}
        onChange={declareTies => set({ declareTies })}
      />
    </Group>
  )
}

/** Settings: the people that may nominate, and the order of options. */
export function NominationFields({ form, set, why }: Props) {
  return (
    <Group title={t`Options`}>
      <Switch
        label={t`Only hosts nominate`}
        hint={t`The others rank what you put on the table.`}
        checked={form.hostNominates}
        onChange={hostNominates => set({ hostNominates })}
      />
      {!form.hostNominates && (
        <>
          <Switch
            label={t`Approve nominations`}
            hint={t`What others nominate waits until you let it in.`}
            checked={form.approveNominations}
            onChange={approveNominations => set({ approveNominations })}
          />
          <NumberField
            label={t`Nominations per person`}
            hint={t`How many options each person may put forward.`}
            value={form.nominationsPerVoter}
            error={at(why, 'nominationsPerVoter')}
            {...ranges.nominationsPerVoter}
            onChange={nominationsPerVoter => set({ nominationsPerVoter })}
          />
        </>
      )}
      <Switch
        label={t`Shuffle the options`}
        hint={t`Each person sees them in an order of their own, so none has the advantage of coming first.`}
        checked={form.shuffle}
        onChange={shuffle => set({ shuffle })}
      />
    </Group>
  )
}

/** What a ballot may be, and what is shown of it. */
export function BallotFields({ form, set, why }: Props) {
  return (
    <Group title={t`Voting`}>
      <Switch
        label={t`Short ballots`}
        hint={t`A ballot may rank fewer options than it has votes.`}
        checked={form.allowPartial}
        onChange={allowPartial => set({ allowPartial })}
      />
      {takesEquals.has(methodOf(form)) && (
        <Switch
          label={t`Equal places`}
          hint={t`Options may share a place on a ballot, and all the others may be last.`}
          checked={form.equalRanks}
          onChange={equalRanks => set({ equalRanks })}
        />
      )}
      <Switch
        label={t`Changeable votes`}
        hint={t`People may replace their ballot until voting closes.`}
        checked={form.changeableVote}
        onChange={changeableVote => set({ changeableVote })}
      />
      <Switch
        label={t`Show turnout`}
        hint={t`Everybody sees how many have voted, never who for what.`}
        checked={form.showTurnout}
        onChange={showTurnout => set({ showTurnout })}
      />
      <Switch
        label={t`Reveal the result by hand`}
        hint={t`When voting closes nobody sees the result until you show it.`}
        checked={form.reveal}
        onChange={reveal => set({ reveal })}
      />
      <TextField
        label={t`Closing time`}
        type="datetime-local"
        hint={t`Optional: voting closes then.`}
        value={form.closesAt}
        max={lastTime}
        onChange={event => set({ closesAt: event.target.value })}
        error={isWrongTime(form) ? t`Check the date: its year has four digits.` : at(why, 'closesAt')}
      />
    </Group>
  )
}

/** How people come in. */
export function PeopleFields({ form, set }: Omit<Props, 'why'>) {
  return (
    <Group title={t`People`}>
      <Switch
        label={t`Let people in one by one`}
        hint={t`Whoever comes waits outside until a host lets them in.`}
        checked={form.admission}
        onChange={admission => set({ admission })}
      />
      <Switch
        label={t`Names are optional`}
        hint={t`People may join without saying what they are called.`}
        checked={form.anonymous}
        onChange={anonymous => set({ anonymous })}
      />
    </Group>
  )
}

export function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="grid min-w-0 gap-6 border-t border-line pt-5 first:border-0 first:pt-0">
      <legend className="float-start w-full text-lg font-bold [&+*]:clear-both">{title}</legend>
      {children}
    </fieldset>
  )
}

function MethodChoice({ form, onChoose }: { form: SettingsForm; onChoose: (method: Method) => void }) {
  const chosen = methodOf(form)
  const offered = methods.filter(method => (method === 'stv') === form.seats > 1)
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 font-semibold">
        <Trans>Counting method</Trans>
      </legend>
      <div className="divide-y divide-line overflow-hidden rounded-2xl border border-edge">
        {offered.map(method => (
          <label
            key={method}
            className="flex gap-3 px-3.5 py-3 hover:bg-sunk has-checked:bg-green-soft has-focus-visible:outline-3 has-focus-visible:-outline-offset-3 has-focus-visible:outline-green"
          >
            <input
              type="radio"
              name="method"
              value={method}
              checked={method === chosen}
              onChange={() => onChoose(method)}
              className="mt-1 size-4.5 shrink-0 accent-green outline-none"
            />
            <span>
              <span className="font-semibold">{methodNames[method]}</span>
              {recommended.has(method) && (
                <span className="ms-2 rounded-full bg-brass-fill px-2 py-0.5 text-xs font-bold text-on-brass">
                  <Trans>Recommended</Trans>
                </span>
              )}
              <span className="block text-sm text-muted">{methodSentences[method]}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
