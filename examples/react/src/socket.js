import { io } from 'socket.io-client'

// One socket for the page, made outside of all components; App connects it.
export const socket = io({ autoConnect: false })
