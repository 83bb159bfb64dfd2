// The connection of the gallery, in place of socket.io-client: it is always there.
import { answered } from './server'

const ignored = () => socket

const socket = {
  connected: true,
  active: true,
  io: { on: ignored },
  on: ignored,
  onAny: ignored,
  off: ignored,
  connect: ignored,
  disconnect: ignored,
  timeout: () => ({ emitWithAck: (event: string) => answered(event) }),
}

export const io = () => socket
