/** How long a poll's code is. */
export const codeLength = 6

/** What a person typed, pasted or followed, as a code: of a link, its last part. */
export function normaliseCode(typed: string): string {
  const text = typed.trim()
  const link = text.match(/\/p\/([^/?#]+)/)
  return (link?.[1] ?? text).toUpperCase().replace(/[^A-Z0-9]/g, '')
}

export const pollPath = (pollID: string) => `/p/${pollID}`
