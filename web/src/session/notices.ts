import { Cell } from '../ui/cell'

/** Something that happened, told wherever the person is by then. */
interface Notice {
  id: number
  tone: 'good' | 'bad'
  text: string
}

export const notices = new Cell<readonly Notice[]>([])

const goodFor = 10_000 // good news goes after a while; bad news stays until it is read

let last = 0

export function notify(tone: Notice['tone'], text: string) {
  const id = ++last
  notices.set([...notices.get().filter(notice => notice.text !== text), { id, tone, text }])
  if (tone === 'good') setTimeout(() => dismiss(id), goodFor)
}

export function dismiss(id: number) {
  notices.set(notices.get().filter(notice => notice.id !== id))
}
