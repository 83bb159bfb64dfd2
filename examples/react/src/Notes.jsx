import { socket } from './socket.js'

export function Notes({ notes }) {
  return (
    <section aria-label="Notes">
      {notes.length === 0 && (
        <p className="hint">Nothing was posted yet. Open this page in another window, too.</p>
      )}
      <ol>
        {notes.map((note, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: notes are only ever added at the end
          <li key={i}>
            {note.text}
            <small>{note.from === socket.id ? 'from here' : 'from another window'}</small>
          </li>
        ))}
      </ol>
    </section>
  )
}
