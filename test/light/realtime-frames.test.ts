import { once } from 'node:events';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { serializerOf } from '../../templates/light/realtime/protocol/serializer.ts';
import { masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { listen, RealtimeClients, subscribed, VERSIONS } from './realtime-clients.ts';
import { type RunningProject, startProject } from './running-project.ts';

const SEED = 20_250_101;
const TOPIC = 'realtime:frames';

type Frame = string | Buffer;

const value = fc.jsonValue({ maxDepth: 3 });
const word = fc.oneof(
  fc.constantFrom(TOPIC, 'realtime:', 'phoenix', 'phx_join', 'phx_leave', 'heartbeat', 'access_token'),
  fc.constantFrom('broadcast', 'presence', 'track', 'untrack', '__proto__', 'constructor', ''),
  fc.string({ maxLength: 300 }),
);
/** Payloads of the protocol with wrong things in their places. */
const payload = fc.oneof(
  value,
  fc.record(
    {
      config: fc.oneof(
        value,
        fc.record(
          {
            broadcast: fc.oneof(
              value,
              fc.record({ ack: value, self: value, replay: value }, { requiredKeys: [] }),
            ),
            presence: fc.oneof(value, fc.record({ key: value, enabled: value }, { requiredKeys: [] })),
            postgres_changes: fc.oneof(value, fc.array(value, { maxLength: 3 })),
            private: value,
          },
          { requiredKeys: [] },
        ),
      ),
      access_token: fc.oneof(value, word),
      event: fc.oneof(value, word),
      type: fc.oneof(value, word),
      payload: value,
    },
    { requiredKeys: [] },
  ),
);
const part = fc.oneof(word, value);
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
/** Binary broadcasts whose lengths need not be those of what follows. */
const push = fc
  .tuple(
    fc.constantFrom(3, 4, 0, 255),
    fc.uint8Array({ minLength: 5, maxLength: 5 }),
    fc.constantFrom(0, 1, 9),
    bytes,
  )
  .map(([kind, lengths, encoding, rest]) => Buffer.concat([Buffer.from([kind, ...lengths, encoding]), rest]));
const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc.tuple(part, part, part, part, payload).map((parts) => JSON.stringify(parts)),
  fc
    .record({ topic: part, event: part, payload, ref: part, join_ref: part }, { requiredKeys: [] })
    .map((message) => JSON.stringify(message)),
  fc.tuple(fc.array(value), fc.nat(40)).map(([list, at]) => JSON.stringify(list).slice(0, at)),
  fc.string(),
  bytes,
  push,
);

test.each(VERSIONS)('the serializer of %s makes a message of anything, or nothing', (vsn) => {
  const serializer = serializerOf(vsn);
  fc.assert(
    fc.property(frame, (sent) => {
      const decoded = serializer?.decode(Buffer.from(sent), typeof sent !== 'string');
      if (decoded !== undefined) expect(typeof decoded.topic).toBe('string');
    }),
    { seed: SEED, numRuns: 2000 },
  );
});

describe.runIf(postgresAvailable)('Realtime, sent anything', () => {
  let project: RunningProject;
  let clients: RealtimeClients;

  beforeAll(async () => {
    project = await startProject(masterUser, {
      SERVICES: 'rest,realtime',
      REALTIME_MAX_EVENTS_PER_SECOND: '50000',
      REALTIME_MAX_PRESENCE_EVENTS_PER_SECOND: '5000',
      REALTIME_MAX_JOINS_PER_SECOND: '5000',
      REALTIME_MAX_PAYLOAD_SIZE_IN_KB: '100',
    });
    clients = new RealtimeClients(project);
  });

  afterAll(async () => {
    await clients[Symbol.asyncDispose]();
    await project[Symbol.asyncDispose]();
  });

  /** Sends frames until the server has had enough of them, or there are no more. */
  const sendAll = async (vsn: string, frames: readonly Frame[]) => {
    const url = `${project.url.replace('http', 'ws')}/realtime/v1/websocket?vsn=${vsn}`;
    const socket = new WebSocket(url, { headers: { apikey: project.setting('ANON_KEY') } });
    const closed = once(socket, 'close');
    await once(socket, 'open');
    const join =
      vsn === '1.0.0'
        ? { topic: TOPIC, event: 'phx_join', payload: {}, ref: '1' }
        : ['1', '1', TOPIC, 'phx_join', {}];
    socket.send(JSON.stringify(join));
    for (const each of frames) socket.send(each);
    socket.close();
    const [code] = await closed;
    return Number(code);
  };

  test.each(VERSIONS)('goes on in version %s, and disturbs nobody else', async (vsn) => {
    const channels = VERSIONS.map((each) => clients.open(each).channel('frames'));
    const states: string[] = [];
    const [witness, sender] = channels;
    if (witness === undefined || sender === undefined) throw new Error('two channels');
    const heard = listen(witness, `witness of ${vsn}`);
    witness.subscribe((status) => states.push(status));
    expect(await subscribed(sender)).toBe('SUBSCRIBED');
    await expect.poll(() => states).toEqual(['SUBSCRIBED']);
    let rounds = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 12 }), async (frames) => {
        // Closed by the client's wish, for its nonsense, or with its channel: never by a failure of the server's.
        expect([1000, 1005, 1007, 1008]).toContain(await sendAll(vsn, frames));
        await sender.send({ type: 'broadcast', event: `witness of ${vsn}`, payload: {} });
        rounds += 1;
        await heard.until(rounds);
      }),
      { seed: SEED, numRuns: 150 },
    );
    expect(states).toEqual(['SUBSCRIBED']);
    expect(project.light.output()).not.toContain('"level":"error"');
  });

  test('ends the connection of a message that is too large', async () => {
    expect(await sendAll('2.0.0', ['x'.repeat(200_000)])).toBe(1009);
  });

  test('refuses a version that there is none of', async () => {
    const socket = new WebSocket(`${project.url.replace('http', 'ws')}/realtime/v1/websocket?vsn=7`, {
      headers: { apikey: project.setting('ANON_KEY') },
    });
    const [, response] = await once(socket, 'unexpected-response');
    expect(response.statusCode).toBe(400);
  });
});
