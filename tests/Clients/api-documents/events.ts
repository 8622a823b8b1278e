// Sends an event to the Events API, with types generated from its own OpenAPI document.
import createClient from 'openapi-fetch'
import type { paths } from './generated/events.js'

const client = createClient<paths>({ baseUrl: process.argv[2] })
const sent = await client.POST('/', {
  body: { specversion: '1.0', id: '1', source: '/shop', type: 'user.created', data: { id: 5 } },
  headers: { 'Content-Type': 'application/cloudevents+json' },
})
if (sent.response.status !== 202 || sent.response.headers.get('event-id') !== '1') {
  throw new Error(`${sent.response.status} ${JSON.stringify(sent.error?.errors)}`)
}

console.log('ok sends an event')
