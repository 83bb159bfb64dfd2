// Reads the generated contract, whose form tsgen keeps simple.

interface Field {
  name: string
  optional: boolean
  type: string
  doc: string
}

export interface Declaration {
  name: string
  doc: string
  source: string
  /** Of an interface. */
  fields: Field[]
  /** Of a union of words. */
  words: string[]
}

export interface Event {
  name: string
  payload: string
  answer: string | undefined
}

export interface Contract {
  types: Map<string, Declaration>
  sent: Event[]
  received: Event[]
}

const declaration =
  /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?(export (?:interface (\w+) \{[\s\S]*?\n\}|type (\w+) =[\s\S]*?;\n))/g
const field = /(?:^ {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?^ {2}(\w+)(\?)?: (.+);$/gm
const event = /(\w+): \(data: ([^,)]+)(?:, ack: \(answer: (\w+)\) => void)?\) => void;/g

const words = (comment = '') =>
  comment
    .replaceAll(/^\s*\* ?/gm, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()

export function readContract(source: string): Contract {
  const types = new Map<string, Declaration>()
  for (const [, comment, text = '', anInterface, aType] of source.matchAll(declaration)) {
    const name = anInterface ?? aType ?? ''
    types.set(name, {
      name,
      doc: words(comment),
      source: text.trim(),
      fields: anInterface ? fieldsOf(text) : [],
      words: aType ? [...text.matchAll(/"([^"]*)"/g)].map(([, word = '']) => word) : [],
    })
  }
  return {
    types,
    sent: eventsOf(types, 'ClientToServerEvents'),
    received: eventsOf(types, 'ServerToClientEvents'),
  }
}

const fieldsOf = (text: string): Field[] =>
  [...text.matchAll(field)].map(([, comment, name = '', optional, type = '']) => ({
    name,
    optional: optional === '?',
    type,
    doc: words(comment),
  }))

/** Takes the events out of the types, among which they are tables and no data. */
function eventsOf(types: Map<string, Declaration>, name: string): Event[] {
  const text = types.get(name)?.source ?? ''
  types.delete(name)
  return [...text.matchAll(event)].map(([, name = '', payload = '', answer]) => ({ name, payload, answer }))
}
