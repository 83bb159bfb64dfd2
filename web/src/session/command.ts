import type { ClientToServerEvents } from '../contract.gen'

/** The events that only ask, or that are harmless to ask twice. */
export type Question = 'poll_sync' | 'roster' | 'waiting_list' | 'present' | 'device_code' | 'next_poll'

/** The events that change a poll, or make one. */
export type CommandName = Exclude<keyof ClientToServerEvents, Question>
export type Payload<E extends CommandName> = Omit<Parameters<ClientToServerEvents[E]>[0], 'commandID'>

/** What the server answers to an event. */
export type AnswerTo<E extends CommandName> = Parameters<Parameters<ClientToServerEvents[E]>[1]>[0]

/** A command on its way. The server carries it out once, however often it is sent. */
export interface Pending {
  event: CommandName
  payload: { commandID: string } & Record<string, unknown>
  /** It takes long enough to be worth a word. */
  late: boolean
}
