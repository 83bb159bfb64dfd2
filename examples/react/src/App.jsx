import { useEffect, useState } from 'react'
import { Notes } from './Notes.jsx'
import { PostForm } from './PostForm.jsx'
import { socket } from './socket.js'

export function App() {
  const [connected, setConnected] = useState(socket.connected)
  const [notes, setNotes] = useState([])

  useEffect(() => {
    const onConnect = () => setConnected(true)
    const onDisconnect = () => setConnected(false)
    const onPosted = note => setNotes(earlier => [...earlier, note])

    socket.on('connect', onConnect)
    socket.on('disconnect', onDisconnect)
    socket.on('posted', onPosted)
    socket.connect()

    return () => {
      socket.off('connect', onConnect)
      socket.off('disconnect', onDisconnect)
      socket.off('posted', onPosted)
      socket.disconnect()
    }
  }, [])

  return (
    <main>
      <header>
        <h1>Socket.IO with React</h1>
        <p className="state" data-connected={connected} role="status">
          {connected ? 'Connected' : 'Disconnected'}
        </p>
        <button
          type="button"
          className="quiet"
          onClick={() => (connected ? socket.disconnect() : socket.connect())}
        >
          {connected ? 'Disconnect' : 'Connect'}
        </button>
      </header>
      <PostForm disabled={!connected} />
      <Notes notes={notes} />
    </main>
  )
}
