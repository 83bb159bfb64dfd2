// The server of the gallery: it answers the few requests of pages with what a state has set out.
import type { ClientToServerEvents, PollDocument, PollResults } from '../src/contract.gen'

const answers = new Map<string, unknown>()

/** Has a poll answered for. */
export function serve(
  { id, phase, settings, participantCount, nominations, expiresAt, roomLocked = false }: PollDocument,
  whole?: PollResults,
) {
  answers.set(`/polls/${id}`, {
    id,
    phase,
    topic: settings.topic,
    participantCount,
    nominationCount: Object.keys(nominations).length,
    expiresAt,
    roomLocked,
    anonymous: settings.anonymous,
    admission: settings.admission,
  })
  if (whole) answers.set(`/polls/${id}/results`, whole)
}

/** Has a question of a page that is in a poll answered. */
export function answer(event: keyof ClientToServerEvents, body: object) {
  answers.set(event, { ok: true, ...body })
}

/** The answer to an event; without one, the page waits. */
export const answered = (event: string) =>
  answers.has(event) ? Promise.resolve(structuredClone(answers.get(event))) : new Promise(() => {})

/** Forgets all answers. */
export const clearServer = () => answers.clear()

window.fetch = async input => {
  const path = new URL(String(input), location.origin).pathname
  if (path === '/site') return Response.json({ url: 'https://polls.example/' })
  const body = answers.get(path)
  return body
    ? Response.json(body)
    : Response.json({ messages: ['There is nothing at this address.'] }, { status: 404 })
}
