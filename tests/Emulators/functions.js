// Greets the sender of an event in a response object.
exports.hello = async (event) => ({
  statusCode: 201,
  headers: { "x-event-type": event.type },
  body: `Hello, ${event.data.name}!`,
});

exports.fails = async () => {
  throw new Error("out of order");
};

// As much as Lambda lets a function answer with.
exports.large = async () => ({ statusCode: 200, body: "x".repeat(6 * 1024 * 1024 - 100) });
