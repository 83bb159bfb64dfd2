import type { Contract } from './contract.ts'

/** What a field is in an example, by its name; a field that is not here has what its type says. */
const known: Record<string, unknown> = {
  topic: 'Where shall we eat?',
  name: 'Ann',
  text: 'Ramen',
  nominationText: 'Ramen',
  id: 'K7M4QX',
  pollID: 'K7M4QX',
  accessToken: 'eyJhbGciOiJIUzI1NiJ9…',
  token: 'eyJhbGciOiJIUzI1NiJ9…',
  commandID: '0b9c3c1e-6f0d-4c53-8f0e-2b3a1d9f7c11',
  userID: '3FQ7K2WZ',
  adminID: '3FQ7K2WZ',
  into: '5KQ2XWZA',
  nomination: '5KQ2XWZA',
  ids: ['5KQ2XWZA', '7MB3RTYC'],
  rankings: ['5KQ2XWZA', '7MB3RTYC'],
  ballot: ['5KQ2XWZA', '7MB3RTYC'],
  receipt: 'c2f0…',
  version: 7,
  from: 7,
  to: 8,
  patch: { ballotCount: 3 },
  votesPerVoter: 3,
  seconds: 120,
  step: 2,
  code: 'K7M4QXW3',
  expiresAt: '2030-01-02T12:00:00Z',
  ok: true,
}

/** Those of events whose fields are not meant together. */
const payloads: Record<string, unknown> = {
  edit_poll: { topic: 'Where shall we eat tonight?', votesPerVoter: 2 },
  play_result: { step: 2, playing: true, speed: 1 },
  order_nominations: { by: 'text' },
  remove_participants: { since: '2030-01-01T12:00:00Z', matching: 'bot' },
  nominate: { text: 'Ramen', commandID: known.commandID },
  set_timer: { seconds: 60, extend: true },
  poll_patch: { from: 7, to: 8, patch: { ballotCount: 3, phase: 'voting' } },
  poll_ended: { reason: 'cancelled' },
}

/** An event as an array, as it is on the wire. */
export function eventExample(contract: Contract, name: string, payload: string): string {
  return `"${name}", ${JSON.stringify(payloads[name] ?? dataExample(contract, payload), null, 2)}`
}

/** Data of a type of the contract: what must be there. */
export function dataExample(contract: Contract, type: string, depth = 0): unknown {
  if (type.endsWith('[]')) return depth > 3 ? [] : [dataExample(contract, type.slice(0, -2), depth + 1)]
  const record = /^Record<(\w+), (.+)>$|^\{ \[\w+: \w+\]: (.+) \}$/.exec(type)
  if (record)
    return depth > 3 ? {} : { '5KQ2XWZA': dataExample(contract, record[2] ?? record[3] ?? '', depth + 1) }
  const declared = contract.types.get(type)
  if (declared?.words.length) return declared.words[0]
  if (declared?.fields.length)
    return Object.fromEntries(
      declared.fields
        .filter(({ optional }) => !optional)
        .map(field => [field.name, known[field.name] ?? dataExample(contract, field.type, depth + 1)]),
    )
  if (/^"/.test(type)) return JSON.parse(type.split(' | ')[0] ?? '""')
  return { number: 1, boolean: true, unknown: {} }[type] ?? '5KQ2XWZA'
}

export interface Schema {
  $ref?: string
  type?: string
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  additionalProperties?: Schema
  enum?: unknown[]
  default?: unknown
  minimum?: number
  maximum?: number
  format?: string
}

export const nameOf = (schema: Schema) => schema.$ref?.split('/').at(-1)

/** Data of a schema: what must be there. */
export function schemaExample(schemas: Record<string, Schema>, schema: Schema, depth = 0): unknown {
  const name = nameOf(schema)
  if (name) return schemaExample(schemas, schemas[name] ?? {}, depth)
  if (schema.enum) return schema.enum[0]
  if (schema.format === 'date-time') return '2030-01-01T12:00:00Z'
  if (schema.items) return depth > 3 ? [] : [schemaExample(schemas, schema.items, depth + 1)]
  if (schema.additionalProperties)
    return depth > 3 ? {} : { '5KQ2XWZA': schemaExample(schemas, schema.additionalProperties, depth + 1) }
  if (schema.properties)
    return Object.fromEntries(
      Object.entries(schema.properties)
        .filter(([name]) => schema.required?.includes(name))
        .map(([name, field]) => [
          name,
          (field.type === 'string' || field.type === 'integer' || field.items) && known[name] !== undefined
            ? known[name]
            : schemaExample(schemas, field, depth + 1),
        ]),
    )
  return (
    schema.default ??
    { integer: schema.minimum ?? 1, number: 1, boolean: true, object: {} }[schema.type ?? ''] ??
    '…'
  )
}
