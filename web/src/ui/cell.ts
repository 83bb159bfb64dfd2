import { useSyncExternalStore } from 'react'

/** A value that the page shows and that can be set from anywhere. */
export class Cell<T> {
  private value: T
  private readonly watchers = new Set<() => void>()

  constructor(value: T) {
    this.value = value
  }

  readonly get = () => this.value

  readonly set = (value: T) => {
    this.value = value
    for (const changed of this.watchers) changed()
  }

  private readonly watch = (changed: () => void) => {
    this.watchers.add(changed)
    return () => this.watchers.delete(changed)
  }

  /** The value, for a component that is rendered again when it is set. */
  readonly use = () => useSyncExternalStore(this.watch, this.get)
}
