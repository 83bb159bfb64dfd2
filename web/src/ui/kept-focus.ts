const focusable = 'a[href], button, input, select, textarea, summary'

/** The parts of a page that have a heading of their own. */
const parts = 'section, dialog, details, main'

/** Whether the focus has lost its place. */
export const lostFocus = () => document.activeElement === null || document.activeElement === document.body

/** Where the focus is. */
interface Place {
  element: HTMLElement
  /** What it is in, from the nearest outwards: its row and the parts of the page. */
  row: HTMLElement | null
  around: readonly HTMLElement[]
  /** Of the row, among all rows of the nearest part; and of the element, among the controls of its row. */
  index: number
  control: number
  /** By the keyboard: then the page may scroll to where it goes on. */
  visible: boolean
}

/**
 * Keeps the focus on a page: when what has it is taken away, it goes to the same control of the row that comes in its
 * place, or else to the heading of the nearest part that is still there. Otherwise people without a mouse begin
 * again at the top of the page. Returns what ends it.
 */
export function keepFocus(page: HTMLElement): () => void {
  let place: Place | undefined
  const come = ({ target }: Event) => {
    if (target instanceof HTMLElement) place = placeOf(target)
  }
  const go = ({ target }: Event) =>
    // What is taken away loses the focus as well, and is gone only after that; a window that is left keeps it.
    queueMicrotask(() => {
      const left = place?.element === target && place?.element.isConnected
      if (left && document.activeElement !== target) place = undefined
    })
  const changes = new MutationObserver(() => {
    if (!place) return
    if (place.element.isConnected) place = { ...placeOf(place.element), visible: place.visible }
    else if (lostFocus()) takeUp(page, place)
    else place = undefined
  })
  page.addEventListener('focusin', come)
  page.addEventListener('focusout', go)
  changes.observe(page, { childList: true, subtree: true })
  return () => {
    page.removeEventListener('focusin', come)
    page.removeEventListener('focusout', go)
    changes.disconnect()
  }
}

const rowsIn = (part: HTMLElement | undefined) => [...(part?.querySelectorAll<HTMLElement>('li') ?? [])]
const controlsIn = (row: HTMLElement) => [...row.querySelectorAll<HTMLElement>(focusable)]

function placeOf(element: HTMLElement): Place {
  const row = element.closest('li')
  const around: HTMLElement[] = []
  for (let part: HTMLElement | null = element; part; part = part.parentElement)
    if (part.matches(parts)) around.push(part)
  return {
    element,
    row,
    around,
    index: row ? rowsIn(around[0]).indexOf(row) : -1,
    control: row ? controlsIn(row).indexOf(element) : -1,
    visible: element.matches(':focus-visible'),
  }
}

/** Gives the focus to what comes after something that is gone. */
function takeUp(page: HTMLElement, place: Place) {
  const next = controlAfter(place) ?? headingAround(page, place)
  if (!next) return
  if (!next.matches(focusable)) next.tabIndex = -1
  next.focus({ preventScroll: !place.visible })
}

function controlAfter({ row, around, index, control }: Place): HTMLElement | undefined {
  // What was opened in a row has closed: on with what opens it.
  const opener = row?.isConnected && row.querySelector<HTMLElement>('[aria-expanded]')
  if (opener) return opener
  const [nearest] = around
  if (index < 0 || !nearest?.isConnected) return undefined
  const rows = rowsIn(nearest)
  const next = rows[Math.min(index, rows.length - 1)]
  const controls = next ? controlsIn(next) : []
  return controls[Math.min(Math.max(control, 0), controls.length - 1)]
}

/** The heading of the nearest part that is still there and has one; at last that of the page, which may be another. */
function headingAround(page: HTMLElement, { around }: Place): HTMLElement | undefined {
  const left = around.filter(({ isConnected }) => isConnected)
  for (const part of [...left, page.querySelector('main')]) {
    const heading = part?.querySelector<HTMLElement>(headings[part.localName] ?? 'h2')
    if (heading) return heading
  }
  return undefined
}

const headings: Readonly<Record<string, string>> = { main: 'h1', details: 'summary' }
