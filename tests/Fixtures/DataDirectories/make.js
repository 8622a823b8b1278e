// Makes a fixture: runs a built gateway, has it store something of everything, and packs its data directory.
// node make.js <event-gateway.dll> <name> <stop|kill> [<where to>]
'use strict';
const { spawn, execFileSync } = require('node:child_process');
const { mkdtempSync, rmSync } = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');

const [program, name, end, to = __dirname] = process.argv.slice(2);
const root = mkdtempSync(path.join(os.tmpdir(), 'fixture-'));
const data = path.join(root, name);
const answers = { '/takes': [200, ''], '/waits': [503, 'not now'], '/refuses': [400, 'no such order'] };

const functions = http.createServer((request, response) => {
  request.resume().on('end', () => {
    const [status, body] = answers[request.url];
    response.writeHead(status).end(body);
  });
});

let functionPort, eventsPort, configPort, api;

function listen(server) {
  return new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', () => resolve(server.address().port)));
}

async function freePort() {
  const server = net.createServer();
  const port = await listen(server);
  await new Promise(resolve => server.close(resolve));
  return port;
}

async function call(method, url, body, contentType = 'application/json') {
  const response = await fetch(url, { method, body: body && JSON.stringify(body), headers: body ? { 'content-type': contentType } : {} });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${method} ${url}: ${response.status} ${text}`);
  }
  return text ? JSON.parse(text) : undefined;
}

async function until(what, condition) {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    if (await condition().catch(() => false)) {
      return;
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`Waited in vain until ${what}.`);
}

async function subscribe(functionId, delivery) {
  await call('POST', `${api}/functions`, {
    functionId, type: 'http', provider: { url: `http://gateway:s3cret@127.0.0.1:${functionPort}/${functionId}` },
  });
  return call('POST', `${api}/subscriptions`, { type: 'async', eventType: 'order.placed', functionId, path: '/orders', delivery });
}

async function store() {
  await until('the gateway is ready', async () => (await fetch(`http://127.0.0.1:${configPort}/readyz`)).ok);
  await call('POST', `${api}/eventtypes`, { name: 'order.placed' });
  const takes = await subscribe('takes');
  const waits = await subscribe('waits', { backoffDelay: 'PT2S' });
  await subscribe('refuses');
  await call('POST', `${api}/cors`, { path: '/orders', method: 'POST', allowedOrigins: ['https://shop.example'] });

  // Every third event is larger than a page of the store.
  for (let id = 1; id <= 12; id++) {
    const event = { specversion: '1.0', id: `order-${id}`, type: 'order.placed', source: '/shop', data: { amount: id, note: 'é'.repeat(id % 3 ? 10 : 3000) } };
    await call('POST', `http://127.0.0.1:${eventsPort}/orders`, event, 'application/cloudevents+json');
  }
  const dead = async () => (await call('GET', `${api}/deadletters`)).deadLetters;
  await until('what is refused is a dead letter', async () => (await dead()).length === 12);
  await until('what is taken is delivered', async () =>
    (await call('GET', `${api}/events/order-12`)).deliveries.some(d => d.functionId === 'takes' && d.state === 'delivered'));
  await until('an attempt was made of what waits', async () =>
    (await call('GET', `${api}/events/order-1`)).deliveries.some(d => d.functionId === 'waits' && d.attempts.length > 0));

  // A dead letter that was delivered again, in vain, so that there are copies of events too.
  const [first] = await dead();
  await call('POST', `${api}/deadletters/${first.deadLetterId}/redeliver`);
  await until('it is a dead letter again', async () => {
    const letters = await dead();
    return letters.length === 12 && letters[0].deadLetterId !== first.deadLetterId;
  });

  const replay = await call('POST', `${api}/replays`, { subscriptionId: takes.subscriptionId });
  await until('the replay is done', async () => (await call('GET', `${api}/replays/${replay.replayId}`)).state === 'done');
  await call('PUT', `${api}/subscriptions/${waits.subscriptionId}`, { ...waits, enabled: false });
}

async function main() {
  functionPort = await listen(functions);
  [eventsPort, configPort] = [await freePort(), await freePort()];
  api = `http://127.0.0.1:${configPort}/v1/spaces/default`;
  const gateway = spawn('dotnet', [program, '--events-port', eventsPort, '--config-port', configPort, '--embed-data-dir', data], { cwd: root, stdio: 'inherit' });
  const ended = new Promise(resolve => gateway.on('exit', resolve));
  try {
    await store();
  } finally {
    gateway.kill(end === 'kill' ? 'SIGKILL' : 'SIGTERM');
    await ended;
    functions.close();
    functions.closeAllConnections();
  }
  const tar = path.join(to, `${name}.tar.gz`);
  execFileSync('tar', ['-C', data, '--exclude=*-shm', '--exclude=gateway.*', '--owner=0', '--group=0', '-czf', tar, '.']);
  rmSync(root, { recursive: true });
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
