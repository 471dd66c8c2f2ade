import { once } from 'node:events';
import { connect } from 'node:net';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEAD, eventually, FORBIDDEN, PASSWORD, REF, startWorld, UNKNOWN, UNLUCKY } from './fixture.ts';
import { CANCEL_REQUEST, message, packet, query, Raw, refusalIn, SSL_REQUEST, startup } from './raw.ts';

const world = startWorld();

test('whatever bytes come first, nothing breaks and nobody else is disturbed', async () => {
  const { port, connect, errors } = await world.open();
  const other = await connect();
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom(SSL_REQUEST, CANCEL_REQUEST, 80_877_104, 196_608, 196_610)
      .chain((code) => fc.uint8Array({ maxLength: 40 }).map((bytes) => packet(code, Buffer.from(bytes)))),
    fc
      .dictionary(fc.string({ maxLength: 8 }), fc.string({ maxLength: 30 }))
      .map((parameters) => startup({ user: `postgres.${REF}`, ...parameters })),
    fc.string({ maxLength: 40 }).map((text) => message('p', text)),
  );
  let count = 0;
  const asked = async (pieces: readonly Buffer[]) => {
    const raw = await Raw.open(port);
    for (const bytes of pieces) raw.send(bytes);
    raw.socket.end();
    await raw.messages('none');
    raw.socket.destroy();
    count += 1;
    const { rows } = await other.query('select $1::int as n', [count]);
    expect(rows).toEqual([{ n: count }]);
  };
  await fc.assert(fc.asyncProperty(fc.array(piece, { maxLength: 4 }), asked), { numRuns: 300 });
  expect(errors).toEqual([]);
});

async function refused(port: number, user: string): Promise<ReturnType<typeof refusalIn>> {
  const raw = await Raw.open(port);
  raw.send(startup({ user, database: 'postgres' }));
  return refusalIn(await raw.messages('Z'));
}

test('an unknown project answers as a known one does to a role that it does not have', async () => {
  const { port, logins } = await world.open();
  const dialogue = async (user: string) => {
    const raw = await Raw.open(port);
    raw.send(startup({ user, database: 'postgres' }));
    const [asked] = await raw.messages('R');
    raw.send(saslInitial('n,,n=,r=rOprNGfwEbeRWgbNEkqO'));
    const [challenge] = await raw.messages('R');
    const said = challenge?.body.toString('latin1', 4) ?? '';
    raw.send(
      message('p', `c=biws,r=${/r=([^,]+)/.exec(said)?.[1]},p=${Buffer.alloc(32).toString('base64')}`),
    );
    const end = refusalIn(await raw.messages('Z'));
    const shape = /^r=(.*),s=(.*),i=(\d+)$/.exec(said);
    return {
      asked: asked?.body.toString('latin1'),
      nonce: shape?.[1]?.length,
      salt: Buffer.from(shape?.[2] ?? '', 'base64').length,
      rounds: shape?.[3],
      saltText: shape?.[2],
      end,
    };
  };
  const known = await dialogue(`nobody.${REF}`);
  const unknown = await dialogue(`nobody.${UNKNOWN}`);
  expect(unknown).toEqual({ ...known, saltText: expect.any(String) });
  expect(unknown.end).toMatchObject({
    code: '28P01',
    message: 'password authentication failed for user "nobody"',
  });
  expect((await dialogue(`nobody.${UNKNOWN}`)).saltText).toBe(unknown.saltText);
  expect((await dialogue(`other.${UNKNOWN}`)).saltText).not.toBe(unknown.saltText);
  expect(logins.every(([, admitted]) => !admitted)).toBe(true);
});

function saslInitial(text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(text.length);
  return message('p', Buffer.concat([Buffer.from('SCRAM-SHA-256\0'), length, Buffer.from(text)]));
}

test('a project that may not or cannot be reached says so', async () => {
  const { port, errors } = await world.open();
  expect(await refused(port, `postgres.${FORBIDDEN}`)).toMatchObject({
    code: '28000',
    message: 'not from here',
  });
  expect(await refused(port, `postgres.${DEAD}`)).toMatchObject({ code: '57P03' });
  const unlucky = await refused(port, `postgres.${UNLUCKY}`);
  expect(unlucky).toMatchObject({ code: '57P03', message: 'the gateway cannot look up the project' });
  expect(errors).toEqual(['looking up a project failed']);
});

test('who is refused and stays all the same is cut off', async () => {
  const { port } = await world.open();
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined).resume();
  socket.write(startup({ user: 'postgres' }));
  await once(socket, 'end');
  const talking = setInterval(() => socket.write('still here'), 20);
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(talking);
});

test('beyond the limits a connection is refused, and served when there is room again', async () => {
  const limits = { ofProject: 2, ofAll: 3, openingMs: 20_000, loginMs: 20_000 };
  const { port, connect } = await world.open({ limits });
  const [first] = [await connect(), await connect()];
  expect(await refused(port, `postgres.${REF}`)).toMatchObject({ code: '53300' });
  await first.end();
  await eventually(async () => (await connect().catch(() => undefined)) !== undefined);
  expect((await refused(port, `postgres.${DEAD}`))?.code).toBe('57P03');
});

test('the end of the server reaches its client, word by word', async () => {
  const { port } = await world.open();
  const raw = await Raw.open(port);
  raw.send(startup({ user: `trusted.${REF}`, database: 'postgres', application_name: 'doomed' }));
  await raw.messages('Z');
  await world.watcher.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'doomed'",
  );
  expect(refusalIn(await raw.messages('Z'))).toMatchObject({ code: '57P01' });
});

test('stopping refuses who is not in yet, lets sessions be, and closing ends them', async () => {
  const { port, gateway, connect } = await world.open();
  const client = await connect();
  const inLogin = await Raw.open(port);
  inLogin.send(startup({ user: `postgres.${REF}` }));
  await inLogin.message();
  gateway.stop();
  expect(refusalIn(await inLogin.messages('Z'))).toMatchObject({ code: '57P01' });
  await expect(Raw.open(port)).rejects.toThrow('ECONNREFUSED');
  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  const lost = new Promise((resolve) => client.once('end', resolve));
  gateway.close();
  await lost;
});

test('the password itself never passes, only proofs of it', async () => {
  const { connect, sent } = await world.open();
  await (await connect()).query('select 1');
  expect(Buffer.concat(sent).toString()).not.toContain(PASSWORD);
  expect(Buffer.concat(sent)).toEqual(query('select 1'));
});
