import { Trans } from '@lingui/react/macro'
import { Component, type ReactNode } from 'react'
import { Button } from './button'
import { Page } from './page'

/** Catches what breaks a page: a mistake of ours, or a part of the program that could not be loaded. */
export class Boundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false }

  static getDerivedStateFromError() {
    return { broken: true }
  }

  override render() {
    if (!this.state.broken) return this.props.children
    return (
      <Page>
        <div role="alert">
          <h1 className="text-4xl font-extrabold tracking-tight">
            <Trans>Something went wrong</Trans>
          </h1>
          <p className="mt-3 mb-6 text-lg text-muted">
            <Trans>The page could not be shown. Nothing that you have sent is lost.</Trans>
          </p>
        </div>
        <Button look="primary" onClick={() => location.reload()}>
          <Trans>Reload</Trans>
        </Button>
      </Page>
    )
  }
}
