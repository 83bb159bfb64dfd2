import { t } from '@lingui/core/macro'
import { Component, type ComponentType, lazy, type ReactNode, useEffect, useState } from 'react'
import { Button } from './button'
import { insist, LostPart } from './insist'

type Loader<Props> = () => Promise<{ default: ComponentType<Props> }>

// biome-ignore lint/suspicious/noExplicitAny: of loaders of all kinds
const here = new Map<Loader<any>, ComponentType<any>>()

/** Loads a page or a part before it is shown. It is there at once then: React waits for what is loaded when it is shown. */
export const ahead = <Props extends object>(load: Loader<Props>) =>
  void load().then(
    loaded => here.set(load, loaded.default),
    () => {}, // it is asked for again when it is shown
  )

/** A page that is loaded when it is first shown. If it does not come, there is nothing to show: see Boundary. */
export function page<Props extends object>(load: Loader<Props>): ComponentType<Props> {
  const Loaded = lazy(() => insist(load))
  return props => {
    const [Shown] = useState<ComponentType<Props>>(() => here.get(load) ?? Loaded)
    return <Shown {...props} />
  }
}

/**
 * A part of a page that is loaded when it is first shown. If it does not come, or breaks, the rest of the page goes
 * on: somebody may be in the middle of a ballot.
 */
export function part<Props extends object>(load: Loader<Props>): ComponentType<Props> {
  let Loaded: ComponentType<Props> = page(load)
  const fetchAgain = () => {
    Loaded = page(load) // one that was lost stays lost
  }
  return props => <InPlace onRetry={fetchAgain}>{() => <Loaded {...props} />}</InPlace>
}

interface InPlaceProps {
  onRetry: () => void
  children: () => ReactNode
}

/** Catches what breaks a part of a page, and says so where the part would be. */
class InPlace extends Component<InPlaceProps, { error: unknown }> {
  override state = { error: undefined }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  private readonly retry = () => {
    this.props.onRetry()
    this.setState({ error: undefined })
  }

  override render() {
    const { error } = this.state as { error: unknown }
    if (error === undefined) return this.props.children()
    return error instanceof LostPart ? <Lost onRetry={this.retry} /> : <Broken />
  }
}

function Lost({ onRetry }: { onRetry: () => void }) {
  useEffect(() => {
    window.addEventListener('online', onRetry)
    return () => window.removeEventListener('online', onRetry)
  }, [onRetry])
  return (
    <Note sentence={whyLost()}>
      <Button onClick={onRetry}>{t`Try again`}</Button>
      {navigator.onLine && <Button onClick={reload}>{t`Reload`}</Button>}
    </Note>
  )
}

const Broken = () => (
  <Note sentence={t`This part of the page could not be shown. Nothing that you have sent is lost.`}>
    <Button onClick={reload}>{t`Reload`}</Button>
  </Note>
)

function Note({ sentence, children }: { sentence: string; children: ReactNode }) {
  return (
    <div role="alert" className="my-2 w-full rounded-2xl bg-red-soft p-4 text-start text-ink">
      <p>{sentence}</p>
      <div className="mt-3 flex flex-wrap gap-2">{children}</div>
    </div>
  )
}

/** Why a part of the program does not come. A server that has been updated no longer has the parts of an old page. */
export const whyLost = () =>
  navigator.onLine
    ? t`A part of this page could not be fetched. If Caucus was updated since you opened it, it is there once you reload.`
    : t`A part of this page could not be fetched. It is tried again when the connection is back.`

export const reload = () => location.reload()
