'use strict'

// A receiver of webhooks that checks each request with the published package. Started as: node receiver.js PORT
//
// POST /?key=KEY[&failures=N][&tampers=1]  Checks the request with KEY. The answer says whether it is valid. Answers 503 to the
//                                          first N requests. With "tampers", one byte of the body is changed before the check.
// GET  /?key=KEY[&with=OTHER]              The requests so far that were checked with KEY. With "with", what OTHER says about them.
const http = require('node:http')
const { Webhook } = require('standardwebhooks')

const requests = new Map()

function check (key, headers, body) {
  try {
    new Webhook(key).verify(body, headers)
    return { isValid: true }
  } catch (error) {
    return { isValid: false, error: error.message }
  }
}

http.createServer(async (request, response) => {
  const query = new URL(request.url, 'http://receiver').searchParams
  const key = query.get('key')
  const received = requests.get(key) ?? []
  requests.set(key, received)
  if (request.method === 'GET') {
    const other = query.get('with')
    response.end(JSON.stringify(received.map(({ headers, body, ...result }) => other ? { ...result, ...check(other, headers, body) } : result)))
    return
  }

  const parts = []
  for await (const part of request) {
    parts.push(part)
  }

  const body = Buffer.concat(parts)
  if (query.has('tampers')) {
    body[body.length - 2] ^= 1
  }

  const result = {
    ...check(key, request.headers, body.toString()),
    id: request.headers['webhook-id'],
    timestamp: Number(request.headers['webhook-timestamp']),
    signatures: request.headers['webhook-signature']?.split(' ').length ?? 0,
    // What the package itself says about the same request at other times, and with another id.
    isValidLater: check(key, { ...request.headers, 'webhook-timestamp': `${Number(request.headers['webhook-timestamp']) + 1}` }, body.toString()).isValid,
    isValidAsOther: check(key, { ...request.headers, 'webhook-id': 'other' }, body.toString()).isValid
  }
  received.push({ ...result, headers: request.headers, body: body.toString() })
  response.statusCode = received.length <= Number(query.get('failures') ?? 0) ? 503 : 200
  response.end(JSON.stringify({ statusCode: 200, body: JSON.stringify(result) }))
}).listen(Number(process.argv[2]), '127.0.0.1')
