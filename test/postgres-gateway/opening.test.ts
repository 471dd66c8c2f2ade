import { once } from 'node:events';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { expect, test } from 'vitest';
import { eventually, REF, startWorld } from './fixture.ts';
import { GSSENC_REQUEST, packet, PROTOCOL_3, query, Raw, refusalIn, SSL_REQUEST, startup } from './raw.ts';

const world = startWorld();
const DATABASE = { database: 'postgres' };

async function whoAmI(raw: Raw): Promise<string | undefined> {
  raw.send(query("select current_user || ' ' || current_setting('statement_timeout')"));
  const row = (await raw.messages('Z')).find(({ type }) => type === 'D');
  raw.socket.destroy();
  return row?.body.toString('latin1', 6);
}

test.each<[string, Record<string, string>, string]>([
  ['the suffix of the user', { user: `trusted.${REF}` }, 'trusted 0'],
  ['an option of the pooler', { user: 'trusted', options: `reference=${REF}` }, 'trusted 0'],
  [
    'it among others',
    { user: 'trusted', options: `-c statement_timeout=7s -c reference=${REF}` },
    'trusted 7s',
  ],
  [
    'the suffix before the option',
    { user: `trusted.${REF}`, options: 'reference=aaaaaaaaaaaaaaaaaaaa' },
    'trusted 0',
  ],
])('the project is named by %s', async (_how, parameters, expected) => {
  const { port } = await world.open();
  const raw = await Raw.open(port);
  raw.send(startup({ ...parameters, ...DATABASE }));
  await raw.messages('Z');
  expect(await whoAmI(raw)).toBe(expected);
});

async function secured(raw: Raw, more: ConnectionOptions): Promise<Raw> {
  const socket = connectTls({ socket: raw.socket, ca: world.ca, ...more });
  await once(socket, 'secureConnect');
  return new Raw(socket);
}

test.each([`db.${REF}.localhost`, `${REF}.localhost`])(
  'the project is named by the host %s that TLS tells',
  async (host) => {
    const { port } = await world.open();
    const plain = await Raw.open(port);
    plain.send(packet(SSL_REQUEST));
    expect((await plain.read(1)).toString()).toBe('S');
    const raw = await secured(plain, { servername: host });
    raw.send(startup({ user: 'trusted', ...DATABASE }));
    await raw.messages('Z');
    expect(await whoAmI(raw)).toBe('trusted 0');
  },
);

test('TLS may begin at once, of clients that say that they mean Postgres', async () => {
  const { port } = await world.open();
  const raw = await secured(await Raw.open(port), { servername: 'localhost', ALPNProtocols: ['postgresql'] });
  raw.send(startup({ user: `trusted.${REF}`, ...DATABASE }));
  await raw.messages('Z');
  expect(await whoAmI(raw)).toBe('trusted 0');
  for (const more of [{}, { ALPNProtocols: ['http/1.1'] }]) {
    const other = connectTls({ port, host: '127.0.0.1', ca: world.ca, servername: 'localhost', ...more });
    expect(await new Raw(other).messages('Z')).toEqual([]);
  }
});

test('GSS encryption is declined, and the client goes on', async () => {
  const { port } = await world.open();
  const raw = await Raw.open(port);
  raw.send(packet(GSSENC_REQUEST));
  expect((await raw.read(1)).toString()).toBe('N');
  raw.send(packet(SSL_REQUEST));
  expect((await raw.read(1)).toString()).toBe('S');
  const encrypted = await secured(raw, { servername: 'localhost' });
  encrypted.send(startup({ user: `trusted.${REF}`, ...DATABASE }));
  await encrypted.messages('Z');
  expect(await whoAmI(encrypted)).toBe('trusted 0');
});

test('without certificates TLS is declined, and the client goes on', async () => {
  const { port } = await world.open({ certificates: undefined });
  const raw = await Raw.open(port);
  raw.send(packet(SSL_REQUEST));
  expect((await raw.read(1)).toString()).toBe('N');
  raw.send(startup({ user: `trusted.${REF}`, ...DATABASE }));
  await raw.messages('Z');
  expect(await whoAmI(raw)).toBe('trusted 0');
});

test('nothing that was sent in the clear passes for encrypted', async () => {
  const { port } = await world.open();
  const raw = await Raw.open(port);
  raw.send(packet(SSL_REQUEST), startup({ user: `trusted.${REF}`, ...DATABASE }));
  expect(refusalIn(await raw.messages('Z'))).toMatchObject({ code: '08P01' });
});

test('a connection that names no project is told how to', async () => {
  const { port } = await world.open();
  for (const user of [
    'postgres',
    'postgres.',
    REF,
    `.${REF}`,
    'postgres.short',
    `postgres.${REF.toUpperCase()}`,
  ]) {
    const raw = await Raw.open(port);
    raw.send(startup({ user }));
    expect(refusalIn(await raw.messages('Z'))).toEqual({
      code: '28000',
      message: 'the connection does not say which project it is for',
      hint: expect.stringContaining('<role>.<project ref>'),
    });
  }
});

test('what was declined is not asked for again', async () => {
  const { port } = await world.open({ certificates: undefined });
  for (const code of [SSL_REQUEST, GSSENC_REQUEST]) {
    const raw = await Raw.open(port);
    raw.send(packet(code), packet(code));
    expect((await raw.read(1)).toString()).toBe('N');
    expect(refusalIn(await raw.messages('Z'))).toMatchObject({ code: '08P01' });
  }
});

const layout = (text: string): Buffer => packet(PROTOCOL_3, Buffer.from(text));

test.each<[string, Buffer]>([
  ['a length below the least', Buffer.from([0, 0, 0, 7, 0, 3, 0, 0])],
  ['a length beyond the most', Buffer.from([0, 0, 0x27, 0x11, 0, 3, 0, 0])],
  ['a length of four thousand million', Buffer.from([255, 255, 255, 255])],
  ['protocol 2', packet(131_072, Buffer.from('\0'))],
  ['protocol 4', packet(262_144, Buffer.from('\0'))],
  ['no terminator', layout(`user\0trusted.${REF}\0`)],
  ['a name without a value', layout('user\0\0')],
  ['a value cut off', layout(`user\0trusted.${REF}`)],
  ['one name twice', layout(`user\0trusted.${REF}\0user\0postgres.${REF}\0\0`)],
  ['an empty name', layout(`\0x\0user\0trusted.${REF}\0\0`)],
  ['a cancel request without a key', packet(80_877_102, Buffer.alloc(4))],
])('%s is refused by name', async (_what, bytes) => {
  const { port } = await world.open();
  const raw = await Raw.open(port);
  raw.send(bytes);
  expect(refusalIn(await raw.messages('Z'))).toMatchObject({ code: '08P01' });
});

test('who does not come to the point is cut off, before TLS and within it', async () => {
  const limits = { ofProject: 20, ofAll: 20, openingMs: 150, loginMs: 20_000 };
  const { port } = await world.open({ limits });
  const silent = await Raw.open(port);
  const half = await Raw.open(port);
  half.send(startup({ user: `trusted.${REF}` }).subarray(0, 20));
  const handshake = await Raw.open(port);
  handshake.send(Buffer.from([0x16, 3, 1]));
  const plain = await Raw.open(port);
  plain.send(packet(SSL_REQUEST));
  await plain.read(1);
  const encrypted = await secured(plain, { servername: 'localhost' });
  for (const raw of [silent, half, handshake, encrypted]) expect(await raw.messages('Z')).toEqual([]);
  await eventually(() => [silent, half, handshake].every(({ socket }) => socket.destroyed));
});
