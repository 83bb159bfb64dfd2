import { useState } from 'react'
import { socket } from './socket.js'

export function PostForm({ disabled }) {
  const [text, setText] = useState('')
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState('')

  async function post(event) {
    event.preventDefault()
    setPending(true)
    setProblem('')
    try {
      const answer = await socket.timeout(5000).emitWithAck('post', text)
      if (answer?.error) throw new Error(answer.error.message)
      setText('')
    } catch (error) {
      setProblem(`Not posted: ${error.message}`)
    } finally {
      setPending(false)
    }
  }

  return (
    <form onSubmit={post}>
      <input
        aria-label="Note"
        placeholder="A note for everybody"
        value={text}
        onChange={event => setText(event.target.value)}
      />
      <button type="submit" disabled={disabled || pending}>
        Post
      </button>
      <p role="alert">{problem}</p>
    </form>
  )
}
