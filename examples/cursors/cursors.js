import { io } from 'socket.io-client'

const socket = io({ transports: ['websocket'] })
const $ = id => document.getElementById(id)
const animals = [
  'Otter',
  'Heron',
  'Lynx',
  'Toad',
  'Badger',
  'Swift',
  'Hare',
  'Newt',
  'Ibex',
  'Wren',
  'Mole',
  'Pike',
]
const nameOf = number => animals[number % animals.length]

let own // the number of this page's cursor
const cursors = new Map() // by number: the elements of the others'

socket.on('hello', number => {
  own = number
  clear() // those of an earlier connection have other numbers
  showState()
})

socket.on('disconnect', () => {
  clear()
  showState()
})

function clear() {
  for (const number of [...cursors.keys()]) remove(number)
}

function showState() {
  $('state').dataset.connected = socket.connected
  $('state').textContent = socket.connected ? `You are ${nameOf(own)}` : 'Connecting…'
}

// Four bytes go out for a position, at most once a frame, and only while there is room for them.

let last

for (const event of ['pointermove', 'pointerdown']) addEventListener(event, point)

function point({ clientX, clientY }) {
  if (!last) requestAnimationFrame(send)
  last = [clientX / innerWidth, clientY / innerHeight]
}

function send() {
  const position = new DataView(new ArrayBuffer(4))
  for (const [i, at] of last.entries()) position.setUint16(2 * i, Math.min(Math.max(at, 0), 1) * 65535)
  last = undefined
  socket.volatile.emit('move', position.buffer)
}

// Eight bytes come in for each cursor that has moved: its number and its position.

socket.on('moved', buffer => {
  const data = new DataView(buffer)
  for (let at = 0; at < data.byteLength; at += 8) {
    const number = data.getUint32(at)
    if (number !== own) place(number, data.getUint16(at + 4) / 65535, data.getUint16(at + 6) / 65535)
  }
})

socket.on('left', remove)

function place(number, x, y) {
  if (!cursors.has(number)) cursors.set(number, add(number))
  cursors.get(number).style.translate = `${100 * x}vw ${100 * y}vh`
}

function add(number) {
  const cursor = $('cursor').content.cloneNode(true).firstElementChild
  cursor.style.setProperty('--colour', `oklch(48% 0.13 ${(number * 137.5) % 360})`) // each far from the one before
  cursor.querySelector('span').textContent = nameOf(number)
  $('board').append(cursor)
  return cursor
}

function remove(number) {
  cursors.get(number)?.remove()
  cursors.delete(number)
}
