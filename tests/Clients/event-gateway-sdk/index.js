// Uses a gateway with --compat 0.9 through the SDK of the 0.9 Event Gateway, and prints what it did.
// usage: node index.js EVENTS_URL CONFIG_URL FUNCTION_URL
'use strict'

const assert = require('assert')
const EventGateway = require('@serverless/event-gateway-sdk')

const [eventsUrl, configUrl, functionUrl] = process.argv.slice(2)
const gateway = new EventGateway({ url: eventsUrl, configurationUrl: configUrl, space: 'sdk.space' })

async function rejects (call, message) {
  await assert.rejects(call, error => {
    assert.strictEqual(error.message, message)
    return true
  })
}

async function eventTypes () {
  const type = { space: 'sdk.space', name: 'user.created' }
  assert.deepStrictEqual(await gateway.createEventType({ name: 'user.created' }), type)
  await rejects(
    gateway.createEventType({ name: 'user.created' }),
    'Failed to create user.created event type due the error: Event Type "user.created" already exists.')
  assert.deepStrictEqual(await gateway.listEventTypes(), [type])
  const labelled = { ...type, metadata: { team: 'red' } }
  assert.deepStrictEqual(await gateway.updateEventType({ name: 'user.created', metadata: { team: 'red' } }), labelled)
  assert.deepStrictEqual(await gateway.listEventTypes({ 'metadata.team': 'red' }), [labelled])
  assert.deepStrictEqual(await gateway.listEventTypes({ 'metadata.team': 'blue' }), [])
}

async function functions () {
  const http = { functionId: 'greet', type: 'http', provider: { url: functionUrl } }
  assert.deepStrictEqual(await gateway.createFunction(http), { space: 'sdk.space', ...http })
  await rejects(
    gateway.createFunction(http),
    'Failed to create the function greet due the error: Function "greet" already registered.')
  const lambda = { functionId: 'lambda', type: 'awslambda', provider: { arn: 'arn::::', region: 'us-east-1' } }
  assert.deepStrictEqual(await gateway.createFunction(lambda), { space: 'sdk.space', ...lambda })
  assert.deepStrictEqual(
    await gateway.updateFunction({ ...lambda, provider: { arn: 'arn:::::', region: 'us-west-1' } }),
    { space: 'sdk.space', ...lambda, provider: { arn: 'arn:::::', region: 'us-west-1' } })
  assert.deepStrictEqual((await gateway.listFunctions()).map(f => f.functionId), ['greet', 'lambda'])
  await rejects(
    gateway.updateFunction({ ...http, functionId: 'missing' }),
    'Failed to update the function missing due the error: Function "missing" not found.')
}

async function subscriptions () {
  const sync = await gateway.subscribe({ type: 'sync', eventType: 'user.created', functionId: 'greet', path: '/greet' })
  assert.deepStrictEqual({ ...sync, subscriptionId: undefined }, {
    space: 'sdk.space', subscriptionId: undefined, type: 'sync', eventType: 'user.created', functionId: 'greet', path: '/greet', method: 'POST'
  })
  const async = await gateway.subscribe({ type: 'async', eventType: 'user.created', functionId: 'greet', path: '/later' })
  assert.deepStrictEqual((await gateway.listSubscriptions()).map(s => s.subscriptionId).sort(), [sync, async].map(s => s.subscriptionId).sort())
  return [sync, async]
}

async function cors () {
  const created = await gateway.createCORS({ method: 'POST', path: '/greet' })
  assert.deepStrictEqual(created, {
    space: 'sdk.space',
    corsId: 'POST%2Fgreet',
    method: 'POST',
    path: '/greet',
    allowedOrigins: ['*'],
    allowedMethods: ['HEAD', 'GET', 'POST'],
    allowedHeaders: ['Origin', 'Accept', 'Content-Type'],
    allowCredentials: false
  })
  const updated = await gateway.updateCORS({ ...created, allowedOrigins: ['http://example.com'] })
  assert.deepStrictEqual(updated.allowedOrigins, ['http://example.com'])
  assert.deepStrictEqual(await gateway.listCORS(), [updated])
}

async function emit () {
  const event = {
    eventType: 'user.created',
    eventID: '1',
    cloudEventsVersion: '0.1',
    source: 'https://example.com/test',
    contentType: 'application/json',
    data: { name: 'Ada' }
  }
  const answer = await gateway.emit(event, { path: '/greet', headers: { Origin: 'http://example.com' } })
  assert.strictEqual(answer.status, 200)
  assert.strictEqual(await answer.text(), 'hello')
  assert.strictEqual(answer.headers.get('access-control-allow-origin'), 'http://example.com')
  assert.strictEqual((await gateway.emit(event, { path: 'later' })).status, 202)
  await assert.rejects(gateway.emit({ eventType: 'user.created' }), /^Error: Failed to emit the event user\.created due the error: /)
}

async function remove ([sync, async]) {
  await rejects(
    gateway.deleteFunction({ functionId: 'greet' }),
    'Failed to delete the function greet due the error: Function cannot be deleted because it\'s subscribed to a least one event.')
  await rejects(
    gateway.deleteEventType({ name: 'user.created' }),
    'Failed to delete user.created event type due the error: Event type cannot be deleted because there are subscriptions using it.')
  await gateway.deleteCORS({ corsId: 'POST%2Fgreet' })
  await gateway.unsubscribe({ subscriptionId: sync.subscriptionId })
  await gateway.unsubscribe({ subscriptionId: async.subscriptionId })
  await gateway.deleteFunction({ functionId: 'greet' })
  await gateway.deleteFunction({ functionId: 'lambda' })
  await gateway.deleteEventType({ name: 'user.created' })
  assert.deepStrictEqual(
    [await gateway.listCORS(), await gateway.listSubscriptions(), await gateway.listFunctions(), await gateway.listEventTypes()],
    [[], [], [], []])
}

async function main () {
  await eventTypes()
  await functions()
  const subscribed = await subscriptions()
  await cors()
  await emit()
  await remove(subscribed)
  console.log('done')
}

main().catch(error => {
  console.error(error)
  process.exit(1)
})
