import { io } from 'socket.io-client'

const socket = io({ autoConnect: false })
const $ = id => document.getElementById(id)

$('enter').addEventListener('submit', event => {
  event.preventDefault()
  socket.auth = { name: $('name').value }
  socket.connect()
})

socket.on('connect', () => {
  $('entrance').hidden = true
  $('room').hidden = false
  showState()
  $('text').focus()
})

socket.on('disconnect', showState)

socket.on('connect_error', error => {
  showState()
  if (!socket.active) $('refused').textContent = error.message // otherwise it tries again
})

function showState() {
  $('state').dataset.connected = socket.connected
  $('state').textContent = socket.connected ? 'Connected' : 'Connecting…'
}

// What is said.

socket.on('history', messages => {
  $('messages').replaceChildren(...messages.map(item))
  $('messages').lastElementChild?.scrollIntoView()
})

socket.on('said', message => {
  if (message.from === typist) showTypist('')
  $('messages').append(item(message))
  $('messages').lastElementChild.scrollIntoView()
})

function item({ from, text, at }) {
  const li = document.createElement('li')
  const small = document.createElement('small')
  const time = new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
  li.classList.toggle('own', from === socket.auth.name.trim())
  small.textContent = `${from}, ${time}`
  li.append(small, text)
  return li
}

$('say').addEventListener('submit', async event => {
  event.preventDefault()
  const text = $('text').value
  event.submitter.disabled = true
  $('unsent').textContent = ''
  try {
    const answer = await socket.timeout(5000).emitWithAck('say', text)
    if (answer?.error) throw new Error(answer.error.message)
    if ($('text').value === text) $('text').value = ''
  } catch (error) {
    $('unsent').textContent = `Not sent: ${error.message}`
  } finally {
    event.submitter.disabled = false
  }
})

// The people there, and those about to say something.

socket.on('people', names => {
  $('people').textContent = names.join(', ')
})

let typist = ''
let pause

socket.on('is_typing', showTypist)

function showTypist(name) {
  typist = name
  $('typing').textContent = name && `${name} is typing…`
  clearTimeout(pause)
  pause = setTimeout(showTypist, 3000, '')
}

let told = 0

$('text').addEventListener('input', () => {
  if (Date.now() - told < 1000) return
  told = Date.now()
  socket.volatile.emit('typing')
})
