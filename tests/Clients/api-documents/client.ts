// Uses the Configuration API as a program in TypeScript does. The types are generated from its OpenAPI document.
import createClient from 'openapi-fetch'
import type { components, paths } from './generated/schema.js'

const client = createClient<paths>({ baseUrl: process.argv[2] })
const space = 'typed'

function check(condition: boolean, name: string): void {
  if (!condition) {
    throw new Error(name)
  }

  console.log(`ok ${name}`)
}

// The type decides on the settings: without url, or with an arn, this does not compile.
const body: components['schemas']['FunctionInput'] = {
  functionId: 'hello',
  type: 'http',
  provider: { url: 'http://127.0.0.1:9/', auth: { type: 'bearer', token: 'secret' }, validation: true },
}
const created = await client.POST('/v1/spaces/{space}/functions', { params: { path: { space } }, body })
check(created.response.status === 201 && created.data?.space === space, 'creates a function')
if (created.data?.type === 'http') {
  const auth = created.data.provider.auth
  check(auth?.type === 'bearer' && auth.token === '*****', 'reads the settings of its type, with a masked secret')
}

await client.POST('/v1/spaces/{space}/eventtypes', { params: { path: { space } }, body: { name: 'user.created' } })
const subscription = await client.POST('/v1/spaces/{space}/subscriptions', {
  params: { path: { space } },
  body: { type: 'async', eventType: 'user.created', functionId: 'hello', delivery: { retry: 5, backoffPolicy: 'linear' } },
})
const id: string | undefined = subscription.data?.subscriptionId
check(id !== undefined && subscription.data?.path === '/', 'creates a subscription')

const patched = await client.PATCH('/v1/spaces/{space}/subscriptions/{id}', {
  params: { path: { space, id: id ?? '' } },
  body: { enabled: false, delivery: { retry: null } },
  headers: { 'Content-Type': 'application/merge-patch+json' },
})
check(patched.data?.enabled === false && patched.data.delivery?.retry === undefined, 'patches a subscription')

const moved = await client.PATCH('/v1/spaces/{space}/functions/{id}', {
  params: { path: { space, id: 'hello' } },
  body: { provider: { validation: null }, metadata: { team: 'red' } },
})
check(moved.data?.metadata?.['team'] === 'red', 'patches the settings of a function')

const refused = await client.GET('/v1/spaces/{space}/functions/{id}', { params: { path: { space, id: 'missing' } } })
const message: string | undefined = refused.error?.errors[0]?.message
check(refused.response.status === 404 && message === 'Function "missing" not found.', 'reads an error')

const list = await client.GET('/v1/spaces/{space}/deliveries', { params: { path: { space }, query: { state: 'waiting', limit: 10 } } })
check(list.data?.deliveries.length === 0, 'lists deliveries in a state')
