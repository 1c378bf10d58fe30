// Carries out thirty checks of a server with an official Node client, and prints one line for
// each: its name, and what the client was told. Names of streams, ids and positions are not
// printed, so that the lines of two servers can be compared.
//
//   node checks.js PACKAGE CONNECTION
"use strict";

const [packageName, connection] = process.argv.slice(2);
const library = require(packageName);
const {
  jsonEvent, binaryEvent, START, END, BACKWARDS, NO_STREAM, STREAM_EXISTS,
  streamNameFilter, eventTypeFilter,
} = library;
const Client = library.EventStoreDBClient ?? library.KurrentDBClient;
const client = Client.connectionString(connection);

const answerWithin = 20_000; // ms
const unique = `node-${process.pid}-${Date.now().toString(36)}`;
let used = 0;
const newStream = () => `${unique}-${used++}`;
const happened = (type = "happened", data = { n: 1 }, more = {}) =>
  jsonEvent({ type, data, ...more });
const several = (...names) => names.map((name) => happened(name));

// The two clients have different names for the same option.
const expecting = (state) => ({ expectedRevision: state, streamState: state });

const append = (stream, events, options) => client.appendToStream(stream, events, options);

async function filled(...events) {
  const stream = newStream();
  await append(stream, events.length > 0 ? events : happened());
  return stream;
}

async function read(stream, options) {
  const events = [];
  for await (const resolved of client.readStream(stream, options)) events.push(resolved);
  return events;
}

const typesOf = (events) => events.map(({ event }) => event?.type ?? null);
const readTypes = async (stream, options) => typesOf(await read(stream, options));

// follow waits until the subscription is confirmed, runs act, and returns the types of the first
// events. A subscription that ends or delivers too few of them fails the check.
async function follow(subscription, count, act = async () => {}) {
  try {
    const confirmed = new Promise((resolve) => subscription.once("confirmation", resolve));
    const delivered = new Promise((resolve, reject) => {
      const events = [];
      subscription.on("error", reject);
      subscription.on("data", (resolved) => {
        if (events.push(resolved) === count) resolve(events);
      });
    });
    await Promise.race([confirmed, delivered]); // an error comes out of delivered
    await act();
    return typesOf(await delivered);
  } finally {
    await subscription.unsubscribe();
  }
}

const checks = {
  async "append two to no stream"() {
    const w = await append(newStream(), [happened(), happened()], expecting(NO_STREAM));
    return [w.success, w.nextExpectedRevision, w.position !== undefined];
  },
  async "append at a wrong revision"() {
    return append(await filled(), happened(), expecting(5n));
  },
  async "append at a wrong revision, returned"() {
    const options = { ...expecting(5n), throwOnAppendFailure: false };
    return (await append(await filled(), happened(), options)).success;
  },
  async "append to a missing stream that must exist"() {
    return append(newStream(), happened(), expecting(STREAM_EXISTS));
  },
  async "append the same ids again"() {
    const stream = newStream();
    const events = [happened(), happened()];
    await append(stream, events, expecting(NO_STREAM));
    const again = await append(stream, events, expecting(NO_STREAM));
    return [again.nextExpectedRevision, (await read(stream)).length];
  },
  async "append 1,000"() {
    const events = Array.from({ length: 1000 }, (_, n) => happened("many", { n }));
    return (await append(newStream(), events)).nextExpectedRevision;
  },
  async "append 2 MB"() {
    return append(newStream(), happened("large", { text: "x".repeat(2 * 1024 * 1024) }));
  },
  async "append nothing"() {
    const w = await append(newStream(), []);
    return [w.success, w.nextExpectedRevision];
  },
  async "binary event with metadata"() {
    const stream = await filled(
      binaryEvent({ type: "bytes", data: Buffer.from([1, 2, 3]), metadata: Buffer.from([9]) }),
    );
    const [{ event }] = await read(stream);
    return [event.isJson, [...event.data], [...event.metadata]];
  },
  async "JSON event with metadata"() {
    const stream = await filled(happened("named", { x: "名" }, { metadata: { who: "me" } }));
    const [{ event }] = await read(stream);
    const dated = event.created instanceof Date;
    return [event.isJson, event.data, event.metadata, event.revision, dated];
  },
  async "read a missing stream"() {
    return read(newStream());
  },
  async "read two backwards"() {
    const newest = { direction: BACKWARDS, fromRevision: END, maxCount: 2 };
    return readTypes(await filled(...several("a", "b", "c")), newest);
  },
  async "read from revision 1"() {
    return readTypes(await filled(...several("a", "b", "c")), { fromRevision: 1n });
  },
  async "read $all backwards"() {
    await filled(...several("a", "b", "c"));
    const newest = { direction: BACKWARDS, fromPosition: END, maxCount: 3 };
    let n = 0;
    for await (const _ of client.readAll(newest)) n++;
    return n;
  },
  async "stream metadata, at most 2"() {
    const stream = await filled(...several("a", "b", "c"));
    await client.setStreamMetadata(stream, { maxCount: 2 });
    const { metadata } = await client.getStreamMetadata(stream);
    return [metadata, await readTypes(stream)];
  },
  async "stream metadata of one's own"() {
    const stream = newStream();
    await client.setStreamMetadata(stream, { color: "red", acl: { readRoles: ["$admins"] } });
    return (await client.getStreamMetadata(stream)).metadata;
  },
  async "truncated before 2"() {
    const stream = await filled(...several("a", "b", "c"));
    await client.setStreamMetadata(stream, { truncateBefore: 2 });
    return readTypes(stream);
  },
  async "delete, read"() {
    const stream = await filled();
    await client.deleteStream(stream);
    return read(stream);
  },
  async "delete, append"() {
    const stream = await filled();
    await client.deleteStream(stream);
    return (await append(stream, happened())).nextExpectedRevision;
  },
  async "delete at a wrong revision"() {
    return client.deleteStream(await filled(), expecting(4n));
  },
  async "tombstone, read"() {
    const stream = await filled();
    await client.tombstoneStream(stream);
    return read(stream);
  },
  async "tombstone, append"() {
    const stream = newStream();
    await client.tombstoneStream(stream);
    return append(stream, happened());
  },
  async "subscribe from the start, then live"() {
    const stream = await filled(...several("a", "b"));
    return follow(client.subscribeToStream(stream), 3, () => append(stream, happened("c")));
  },
  async "subscribe to a missing stream"() {
    const stream = newStream();
    return follow(client.subscribeToStream(stream), 1, () => append(stream, happened("late")));
  },
  async "subscribe from the end"() {
    const stream = await filled(happened("old"));
    const subscription = client.subscribeToStream(stream, { fromRevision: END });
    return follow(subscription, 1, () => append(stream, happened("new")));
  },
  async "subscribe, caught up"() {
    const subscription = client.subscribeToStream(await filled());
    try {
      return await new Promise((resolve, reject) => {
        subscription.on("error", reject);
        subscription.on("caughtUp", () => resolve(true));
        subscription.resume(); // what is delivered is of no interest
      });
    } finally {
      await subscription.unsubscribe();
    }
  },
  async "subscribe to $all by prefix, with checkpoints"() {
    const stream = await filled(...several("p", "q"));
    let reached = 0;
    const filter = streamNameFilter({
      prefixes: [stream], checkpointInterval: 1, checkpointReached: () => reached++,
    });
    const subscription = client.subscribeToAll({ fromPosition: START, filter });
    return [await follow(subscription, 2), reached > 0];
  },
  async "subscribe to $all by type"() {
    const type = `${unique}-type`;
    await filled(...several(type, "other"));
    const filter = eventTypeFilter({ regex: `^${type}$` });
    return (await follow(client.subscribeToAll({ filter }), 1)).length;
  },
  async "link resolved"() {
    const target = await filled(happened("target"));
    return linked(`0@${target}`);
  },
  async "link to nothing"() {
    return linked(`0@${newStream()}`);
  },
};

// linked are the types that a reader sees of a link: that of its event, and its own.
async function linked(text) {
  const stream = await filled(binaryEvent({ type: "$>", data: Buffer.from(text) }));
  const [{ event, link }] = await read(stream, { resolveLinkTos: true });
  return [event?.type ?? null, link?.type];
}

async function outcome(check) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(reject, answerWithin, new Error("no answer"));
  });
  try {
    return JSON.stringify(await Promise.race([check(), late]),
      (_, value) => (typeof value === "bigint" ? Number(value) : value));
  } catch (err) {
    return `error ${err.type ?? err.message}`;
  } finally {
    clearTimeout(timer);
  }
}

async function main() {
  for (const [name, check] of Object.entries(checks)) {
    console.log(`${name}: ${await outcome(check)}`);
  }
  await client.dispose();
  process.exit(0); // subscriptions that failed may keep the process alive
}

main().catch((err) => {
  console.error(err);
  process.exit(1);
});
