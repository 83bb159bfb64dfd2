const containerKey = '__reactContainer$'

/**
 * Lets translators of pages (a browser's own, or an extension) have the text of the page
 * that React shows in a container; call it between createRoot and the first render.
 *
 * They put elements of theirs in the place of text nodes. React keeps the nodes that it
 * made: it would write new text into nodes that are no longer on the page, and fail when
 * it takes them away. Text that is the only child of its element is safe, for React then
 * sets the text of the element. So every other text gets an element of its own, whose
 * box does not exist for the layout. In SVG a span shows nothing: a text of SVG must be
 * the only child of its element.
 */
export function makeTranslatable(container: Element) {
  // React marks its nodes with where they come from, and takes an element that is marked
  // as text for a fault when it is clicked. Unmarked, the element around it is found.
  const mark = Object.keys(container).find(key => key.startsWith(containerKey))
  const unmarked = `__reactFiber$${mark?.slice(containerKey.length)}`
  container.ownerDocument.createTextNode = text => {
    const span = container.ownerDocument.createElement('span')
    span.className = 'contents'
    span.textContent = text
    Object.defineProperty(span, unmarked, { get: () => undefined, set: () => {} })
    Object.defineProperty(span, 'nodeValue', {
      get: () => span.textContent,
      set: (text: string) => {
        span.textContent = text
      },
    })
    return span as unknown as Text // all that React does with it
  }
}
