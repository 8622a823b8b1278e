// Usage: node client.js <Events API> <Configuration API>
// Sends events with the SDK in every mode, receives them in every format, and compares them. Prints one line for each case.
// The exit code is 1 when a case fails.
const assert = require("assert");
const http = require("http");
const { CloudEvent, HTTP, Mode, emitterFor } = require("cloudevents");

const [events, config] = process.argv.slice(2);
const datas = {
  none: {},
  json: { datacontenttype: "application/json", data: { a: 1, b: ["é", null] } },
  array: { datacontenttype: "application/json; charset=utf-8", data: [1, "two"] },
  text: { datacontenttype: "text/plain", data: "some \"text\"\n" },
  bytes: { datacontenttype: "application/octet-stream", data: Uint8Array.from([0, 255, 128]) },
};

const waiting = new Map();
const functions = http.createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    response.end();
    waiting.get(request.url)({ headers: request.headers, body: Buffer.concat(parts) });
  });
});

async function create(resources, body) {
  const answer = await fetch(`${config}/v1/spaces/default/${resources}`, { method: "POST", body: JSON.stringify(body) });
  assert.strictEqual(answer.status, 201, await answer.text());
}

// The SDK's own transport neither reports the status nor sends events without data.
async function send(mode, path, event) {
  const transport = async ({ headers, body }) => {
    const answer = await fetch(events + path, { method: "POST", headers, body });
    assert.strictEqual(answer.status, 202, await answer.text());
  };
  if (mode === "batch") {
    await transport({ headers: { "content-type": "application/cloudevents-batch+json" }, body: JSON.stringify([event]) });
  } else {
    await emitterFor(transport, { mode: mode === "binary" ? Mode.BINARY : Mode.STRUCTURED })(event);
  }
}

function receive(path) {
  return new Promise((resolve, reject) => {
    waiting.set(path, resolve);
    setTimeout(() => reject(new Error(`${path} was not called`)), 30000).unref();
  });
}

// The SDK takes the body of a binary event as text unless it knows that it is not.
function read({ headers, body }) {
  const isBytes = headers["content-type"] === "application/octet-stream";
  return HTTP.toEvent({ headers, body: isBytes ? body : body.toString("utf8") });
}

function describe(event) {
  const { data, data_base64: base64, ...attributes } = event.toJSON();
  for (const name of Object.keys(attributes)) {
    attributes[name] = String(attributes[name]); // Headers have no types.
  }

  // Without data, the SDK sends a content type of its own in binary mode, and reads an empty text.
  if (!base64 && !data) {
    delete attributes.datacontenttype;
    return { attributes };
  }

  const bytes = base64 ?? (data instanceof Uint8Array ? Buffer.from(data).toString("base64") : undefined);
  return { attributes, data: bytes === undefined ? data : undefined, bytes };
}

async function run(mode, format, name) {
  const type = `js.${mode}.${format}.${name}`;
  const path = `/${type}`;
  const url = `http://127.0.0.1:${functions.address().port}${path}`;
  await create("eventtypes", { name: type });
  await create("functions", { functionId: type, type: "http", provider: { url } });
  await create("subscriptions", { type: "async", eventType: type, functionId: type, path, delivery: { cloudEvents: format } });
  const event = new CloudEvent({
    type,
    source: "/shop?a=b",
    subject: "orders/5", // The SDK does not know percent-encoding.
    time: "2026-01-31T12:30:00.120Z",
    dataschema: "https://example.com/schema",
    traceless: "a,b;c",
    number: -5,
    flag: true,
    ...datas[name],
  });
  const [arrived] = await Promise.all([receive(path), send(mode, path, event)]);
  assert.deepStrictEqual(describe(read(arrived)), describe(event));
}

async function main() {
  await new Promise((resolve) => functions.listen(0, "127.0.0.1", resolve));
  let failed = 0;
  for (const mode of ["structured", "binary", "batch"]) {
    for (const format of ["1.0", "1.0-binary"]) {
      for (const name of Object.keys(datas)) {
        try {
          await run(mode, format, name);
          console.log(`ok ${mode} ${format} ${name}`);
        } catch (error) {
          failed++;
          console.log(`FAILED ${mode} ${format} ${name}: ${error.message}`);
        }
      }
    }
  }

  process.exit(failed === 0 ? 0 : 1);
}

main();
