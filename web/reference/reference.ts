// Makes the page /docs from what the server's contract says of itself: openapi.json and the generated types.
import { type Contract, type Declaration, type Event, readContract } from './contract.ts'
import { dataExample, eventExample, nameOf, type Schema, schemaExample } from './examples.ts'

interface Operation {
  summary: string
  description?: string
  parameters?: { name: string; in: string; description?: string }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, { description: string; content?: Record<string, { schema?: Schema }> }>
}

interface OpenAPI {
  info: { version: string; description: string }
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string) => text.replaceAll(/[&<>"]/g, c => escapes[c] ?? c)
const json = (data: unknown) =>
  `<pre tabindex="0"><code>${escaped(JSON.stringify(data, null, 2))}</code></pre>`
const anchor = (text: string) =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')

/** The content of the page. */
export function reference(api: OpenAPI, source: string): string {
  const contract = readContract(source)
  const routes = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      route: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  )
  return `${contents(
    routes.map(({ route }) => route),
    contract,
  )}
<div>
<h2 id="rest">REST</h2>
<p>JSON in, JSON out. <a href="openapi.json">openapi.json</a> says the same to machines.</p>
${routes.map(({ route, operation }) => restRoute(api, route, operation)).join('\n')}
<h2 id="bodies">Bodies</h2>
${Object.entries(api.components.schemas)
  .map(([name, schema]) => body(name, schema))
  .join('\n')}
<h2 id="events">Events</h2>
<p>Socket.IO, namespace <code>/polls</code>. Connect with <code>auth: {token, patches: true}</code>.</p>
<h3 id="sent">What clients send</h3>
<p>Each may carry an acknowledgement, which is called once the command is durable.</p>
${contract.sent.map(event => eventEntry(contract, event)).join('\n')}
<h3 id="received">What clients are sent</h3>
${contract.received.map(event => eventEntry(contract, event)).join('\n')}
<h2 id="types">Types</h2>
${[...contract.types.values()].map(type => typeEntry(contract, type)).join('\n')}
</div>`
}

function contents(routes: string[], { sent, received }: Contract): string {
  const links = (names: string[], prefix: string) =>
    names.map(name => `<li><a href="#${prefix}${anchor(name)}">${escaped(name)}</a></li>`).join('')
  const events = (list: Event[]) =>
    links(
      list.map(({ name }) => name),
      'event-',
    )
  return `<nav aria-label="Contents">
<details open><summary>REST</summary><ul>${links(routes, '')}</ul></details>
<details open><summary>What clients send</summary><ul>${events(sent)}</ul></details>
<details open><summary>What clients are sent</summary><ul>${events(received)}</ul></details>
<ul><li><a href="#bodies">Bodies</a></li><li><a href="#types">Types</a></li></ul>
</nav>`
}

function restRoute(api: OpenAPI, route: string, operation: Operation): string {
  const { schemas } = api.components
  const asked = operation.requestBody?.content['application/json']?.schema
  const [status, success] = Object.entries(operation.responses)[0] ?? []
  const answered = success?.content?.['application/json']?.schema
  const rows = Object.entries(operation.responses).map(
    ([code, { description, content }]) =>
      `<tr><th scope="row">${code}</th><td>${escaped(description)}</td><td>${schemaLink(Object.values(content ?? {})[0]?.schema)}</td></tr>`,
  )
  return `<section>
<h3 id="${anchor(route)}"><code>${escaped(route)}</code></h3>
<p>${escaped(operation.summary)}. ${escaped(operation.description ?? '')}</p>
${(operation.parameters ?? []).map(p => `<p><code>${escaped(p.name)}</code>: ${escaped(p.description ?? '')}</p>`).join('')}
${asked ? `<h4>Request: ${schemaLink(asked)}</h4>${json(schemaExample(schemas, asked))}` : ''}
<table><caption>Responses</caption><tbody>${rows.join('')}</tbody></table>
${answered ? `<h4>Response ${status}: ${schemaLink(answered)}</h4>${json(schemaExample(schemas, answered))}` : ''}
</section>`
}

function schemaLink(schema: Schema | undefined): string {
  if (!schema) return ''
  const name = nameOf(schema)
  if (name) return `<a href="#body-${anchor(name)}">${escaped(name)}</a>`
  if (schema.items) return `${schemaLink(schema.items)}[]`
  if (schema.additionalProperties) return `{…: ${schemaLink(schema.additionalProperties)}}`
  return escaped(
    schema.enum ? schema.enum.map(word => JSON.stringify(word)).join(' | ') : (schema.type ?? ''),
  )
}

function body(name: string, schema: Schema): string {
  const rows = Object.entries(schema.properties ?? {}).map(([field, s]) => {
    const range = [
      s.minimum !== undefined && `at least ${s.minimum}`,
      s.maximum !== undefined && `at most ${s.maximum}`,
      s.default !== undefined && `default ${JSON.stringify(s.default)}`,
      !schema.required?.includes(field) && 'may be left out',
    ]
    const notes = [s.description, ...range].filter(Boolean).join('; ')
    return `<tr><th scope="row"><code>${escaped(field)}</code></th><td>${schemaLink(s)}</td><td>${escaped(notes)}</td></tr>`
  })
  return `<section>
<h3 id="body-${anchor(name)}">${escaped(name)}</h3>
<p>${escaped(schema.description ?? '')}</p>
<table><caption>Fields of ${escaped(name)}</caption><tbody>${rows.join('')}</tbody></table>
</section>`
}

function eventEntry(contract: Contract, { name, payload, answer }: Event): string {
  return `<section>
<h4 id="event-${anchor(name)}"><code>${escaped(name)}</code></h4>
<p>${typed(contract, payload)}${answer ? ` → ${typed(contract, answer)}` : ''}</p>
<pre tabindex="0"><code>${escaped(eventExample(contract, name, payload))}</code></pre>
${answer ? json(dataExample(contract, answer)) : ''}
</section>`
}

const typeEntry = (contract: Contract, { name, doc, source }: Declaration) => `<section>
<h3 id="type-${anchor(name)}">${escaped(name)}</h3>
<p>${escaped(doc)}</p>
<pre tabindex="0"><code>${typed(contract, source, name)}</code></pre>
</section>`

/** Source in which the names of types lead to them. */
const typed = ({ types }: Contract, source: string, own = '') =>
  escaped(source).replaceAll(/\b[A-Z]\w+\b/g, word =>
    types.has(word) && word !== own ? `<a href="#type-${anchor(word)}">${word}</a>` : word,
  )
