import { act, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { type ReactNode, useState } from 'react'
import { expect, test } from 'vitest'
import { render } from '../testing/render'
import { Button, IconButton } from './button'
import { Dialog } from './dialog'
import { Section } from './page'

/** Rows that can be taken away and edited, one by one. */
function Rows({ names }: { names: string[] }) {
  const [left, setLeft] = useState(names)
  return (
    <ul>
      {left.map(name => (
        <Row key={name} name={name} onGone={() => setLeft(left.filter(other => other !== name))} />
      ))}
    </ul>
  )
}

function Row({ name, onGone }: { name: string; onGone: () => void }) {
  const [open, setOpen] = useState(false)
  return (
    <li>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        Edit {name}
      </button>
      <button type="button" onClick={onGone}>
        Remove {name}
      </button>
      {open && (
        <button type="button" onClick={() => setOpen(false)}>
          Save {name}
        </button>
      )}
    </li>
  )
}

/** A button in whose place comes what it is given. */
function Turn({ children = null }: { children?: ReactNode }) {
  const [turned, setTurned] = useState(false)
  return turned ? children : <Button onClick={() => setTurned(true)}>Turn</Button>
}

const focused = () => document.activeElement?.textContent
const press = (name: string) => userEvent.click(screen.getByRole('button', { name }))

const frames = {
  section: (content: ReactNode) => <Section title="Options">{content}</Section>,
  dialog: (content: ReactNode) => (
    <Dialog title="Options" onClose={() => {}}>
      {content}
    </Dialog>
  ),
  fold: (content: ReactNode) => (
    <details open>
      <summary>Options</summary>
      {content}
    </details>
  ),
  page: (content: ReactNode) => (
    <main>
      <h1>Options</h1>
      {content}
    </main>
  ),
}

test.each(Object.entries(frames))(
  'in a %s the focus goes to what comes in the place of what had it',
  async (_, frame) => {
    render(frame(<Rows names={['a', 'b', 'c']} />))
    await press('Remove b')
    expect(focused()).toBe('Remove c')
    await press('Remove c')
    expect(focused()).toBe('Remove a')
    await press('Remove a')
    expect(focused()).toBe('Options')
  },
)

test.each(Object.entries(frames))('in a %s what goes leaves the focus to its heading', async (_, frame) => {
  render(frame(<Turn />))
  await press('Turn')
  expect(focused()).toBe('Options')
})

test('a part that goes leaves the focus to the nearest one that stays', async () => {
  render(frames.page(frames.section(<Turn>{null}</Turn>)))
  await press('Turn')
  expect(focused()).toBe('Options')
  expect(document.activeElement?.localName).toBe('h2')
})

/** A page in whose place comes what it is given. */
function Pages({ next }: { next: ReactNode }) {
  const [there, setThere] = useState(false)
  if (there) return next
  return (
    <main>
      <h1>Options</h1>
      <Section title="Part">
        <Button onClick={() => setThere(true)}>Go</Button>
      </Section>
    </main>
  )
}

test.each([
  [
    'the page that comes',
    <main key="m">
      <h1>Another</h1>
    </main>,
    'h1',
  ],
  [
    'a part of it that takes it',
    <main key="m">
      <h1>Not this</h1>
      <Section title="Another" takesFocus>
        {null}
      </Section>
    </main>,
    'h2',
  ],
])('a page that goes leaves the focus to %s', async (_, next, heading) => {
  render(<Pages next={next} />)
  await press('Go')
  expect(focused()).toBe('Another')
  expect(document.activeElement?.localName).toBe(heading)
})

test('what was opened in a row gives the focus back to what opened it', async () => {
  render(frames.section(<Rows names={['a', 'b']} />))
  await press('Edit b')
  await press('Save b')
  expect(focused()).toBe('Edit b')
})

test('a focus that is elsewhere, or nowhere, is left there', async () => {
  render(
    <>
      <button type="button">Elsewhere</button>
      {frames.section(<Rows names={['a', 'b']} />)}
    </>,
  )
  const removal = screen.getByRole('button', { name: 'Remove a' })
  removal.focus()
  screen.getByRole('button', { name: 'Elsewhere' }).focus()
  await act(async () => removal.click())
  expect(focused()).toBe('Elsewhere')
  const other = screen.getByRole('button', { name: 'Remove b' })
  other.focus()
  other.blur()
  await act(async () => other.click())
  expect(document.activeElement).toBe(document.body)
})

/** A button that can be pressed once. */
function Once({ kind, onPressed }: { kind: string; onPressed: () => void }) {
  const [pressed, setPressed] = useState(false)
  const once = {
    disabled: pressed,
    onClick: () => {
      onPressed()
      setPressed(true)
    },
  }
  if (kind === 'icon') {
    return (
      <IconButton label="Once" {...once}>
        x
      </IconButton>
    )
  }
  return (
    <Button {...once} type={kind === 'submit' ? 'submit' : 'button'}>
      Once
    </Button>
  )
}

test.each(['button', 'icon', 'submit'])(
  'a %s with nothing left to do keeps the focus, and does nothing',
  async kind => {
    const done: string[] = []
    render(
      <form
        onSubmit={event => {
          event.preventDefault()
          done.push('submitted')
        }}
      >
        <Once kind={kind} onPressed={() => done.push('pressed')} />
      </form>,
    )
    await press('Once')
    const first = [...done]
    await press('Once')
    expect(done).toEqual(first)
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Once' }))
    expect(document.activeElement?.getAttribute('aria-disabled')).toBe('true')
  },
)
