import { t } from '@lingui/core/macro'
import { Component, type ReactNode, useEffect } from 'react'
import { Button } from './button'
import { LostPart } from './insist'
import { Page } from './page'
import { reload, whyLost } from './part'

/** Catches what breaks a whole page: a mistake of ours, or a page that could not be loaded. */
export class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: undefined }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  override render() {
    const { error } = this.state as { error: unknown }
    if (error === undefined) return this.props.children
    return error instanceof LostPart ? <Lost /> : <Broken />
  }
}

function Lost() {
  useEffect(() => {
    window.addEventListener('online', reload)
    return () => window.removeEventListener('online', reload)
  }, [])
  return (
    <Trouble
      title={navigator.onLine ? t`This page is not complete` : t`You are offline`}
      sentence={whyLost()}
      action={navigator.onLine ? t`Reload` : t`Try again`}
    />
  )
}

const Broken = () => (
  <Trouble
    title={t`Something went wrong`}
    sentence={t`The page could not be shown. Nothing that you have sent is lost.`}
    action={t`Reload`}
  />
)

function Trouble({ title, sentence, action }: { title: string; sentence: string; action: string }) {
  return (
    <Page>
      <div role="alert">
        <h1 className="text-4xl font-extrabold tracking-tight">{title}</h1>
        <p className="mt-3 mb-6 text-lg text-muted">{sentence}</p>
      </div>
      <Button look="primary" onClick={reload}>
        {action}
      </Button>
    </Page>
  )
}
