import type { Reason } from '../contract.gen'
import { isolate, moment } from '../ui/words'

type Params = NonNullable<Reason['params']>

/** What a person reads when the server refuses something, by its reason. */
export type Sentences = Readonly<Record<string, (params: Params) => string>>

export const text = (param: unknown) => isolate(String(param))
export const count = (param: unknown) => Number(param)
export const time = (param: unknown) => moment(String(param))
