import { t } from '@lingui/core/macro'
import { useEffect, useRef } from 'react'
import { ConfirmButton } from '../poll/confirm'
import type { Poll } from '../poll/use-poll'
import { useCommand } from '../session/use-command'
import { Button } from '../ui/button'
import { openDialogs } from '../ui/open-dialogs'
import { Section } from '../ui/page'
import { ProblemNote } from '../ui/problem'
import { number } from '../ui/words'
import BigScreenButton from './big-screen'

const speeds = [0.5, 1, 2, 4]

/** The remote control of the big screen, on a host's phone: a step at a time, or all in a row. */
export default function Remote({ poll }: { poll: Poll }) {
  const { busy, problem, run } = useCommand()
  const { reveal } = poll
  const step = reveal?.step ?? 0
  const playing = reveal?.playing ?? false
  const revealed = reveal?.revealed ?? false
  const atEnd = revealed && step >= (reveal?.steps ?? 0)
  const go = (by: number) => {
    if (step + by >= 1 && !(by > 0 && atEnd)) void run('play_result', { step: step + by, playing: false })
  }
  const play = () => void run('play_result', { playing: !playing })
  useKeys(key => {
    if (key === ' ') play()
    else if (key === 'ArrowRight') go(1)
    else if (key === 'ArrowLeft') go(-1)
    else return false
    return true
  })
  if (!reveal) return null
  return (
    <Section title={t`Remote control`} className="mb-5">
      <p className="mb-4 text-muted" aria-live="polite">
        {step === 0
          ? t`The result is counted, and nobody has seen it.`
          : revealed
            ? t`Step ${number(step)} of ${number(reveal.steps)} is on the screen.`
            : t`Step ${number(step)} is on the screen.`}
      </p>
      <div className="grid grid-cols-2 gap-2">
        <Button
          look="primary"
          className="col-span-2 min-h-16 text-lg"
          busy={busy}
          aria-disabled={atEnd}
          onClick={() => go(1)}
        >
          {step === 0 ? t`Show the first step` : t`Next step`}
        </Button>
        <Button className="min-h-13" onClick={play} aria-pressed={playing}>
          {playing ? t`Pause` : atEnd ? t`Play again` : t`Play`}
        </Button>
        <Button className="min-h-13" aria-disabled={step < 2} onClick={() => go(-1)}>
          {t`Step back`}
        </Button>
      </div>
      <fieldset className="mt-4">
        <legend className="mb-1 text-sm font-semibold">{t`Speed`}</legend>
        <div className="grid grid-cols-4 gap-2">
          {speeds.map(speed => (
            <Button
              key={speed}
              aria-pressed={reveal.speed === speed}
              className="px-1! aria-pressed:border-green aria-pressed:bg-green-soft"
              onClick={() => run('play_result', { speed })}
            >
              {`${number(speed)}×`}
            </Button>
          ))}
        </div>
      </fieldset>
      <ProblemNote messages={problem} className="mt-4" />
      <div className="mt-4 flex flex-wrap gap-2">
        <BigScreenButton />
        {!revealed && (
          <ConfirmButton
            look="quiet"
            label={t`Skip to the result`}
            title={t`Show the result to everybody?`}
            confirm={t`Show it`}
            event="reveal_result"
            payload={{}}
          >
            {t`The big screen and all phones show the winner at once.`}
          </ConfirmButton>
        )}
      </div>
    </Section>
  )
}

/** Keys for the whole page, but for what has the focus and takes keys itself. */
function useKeys(act: (key: string) => boolean) {
  const latest = useRef(act)
  useEffect(() => {
    latest.current = act
  })
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const taken =
        event.target instanceof Element && event.target.closest('button, a, input, select, summary')
      if (taken || openDialogs.get() > 0 || event.repeat) return
      if (latest.current(event.key)) event.preventDefault()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
}
