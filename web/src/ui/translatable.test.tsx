import { act } from '@testing-library/react'
import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, test } from 'vitest'
import { makeTranslatable } from './translatable'

const original = document.createTextNode

/** Puts every text into elements of another's making, as translators do: around it, or in its place. */
function translate(root: Node, keep: boolean) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  const texts: Text[] = []
  while (walker.nextNode()) texts.push(walker.currentNode as Text)
  for (const text of texts) {
    const font = document.createElement('font')
    text.replaceWith(font)
    font.append(keep ? text : (original.call(document, text.data) as Text))
  }
}

function Votes() {
  const [n, setN] = useState(1)
  const note = n !== 3
  return (
    <button type="button" onClick={() => setN(n + 1)}>
      {n} of {10}
      {note && ' have voted'}
      <b>{note ? 'yes' : null}</b>
    </button>
  )
}

test.each([true, false])(
  'a page that is translated (text kept: %s) changes, and hears clicks, as before',
  keep => {
    const container = document.createElement('div')
    document.body.append(container)
    const root = createRoot(container)
    makeTranslatable(container)
    const click = () =>
      act(() => {
        // On the very text, which only an element around it handles.
        container.querySelector('span')?.dispatchEvent(new MouseEvent('click', { bubbles: true }))
      })
    try {
      act(() => root.render(<Votes />))
      expect(container.textContent).toBe('1 of 10 have votedyes')
      click()
      translate(container, keep)
      expect(container.textContent).toBe('2 of 10 have votedyes')
      click()
      expect(container.textContent).toBe('3 of 10')
      translate(container, keep)
      click()
      expect(container.textContent).toBe('4 of 10 have votedyes')
      act(() => root.unmount())
      expect(container.textContent).toBe('')
    } finally {
      document.createTextNode = original
      container.remove()
    }
  },
)
