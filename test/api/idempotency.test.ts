import { beforeEach, describe, expect, it } from 'vitest';
import { TransientError } from '../../functions/core/kernel/errors.ts';
import type { Table } from '../../functions/core/kernel/table.port.ts';
import type { Fault } from '../fakes/faults.ts';
import { type Answered, type Person, People } from './people.ts';

let people: People;
let owner: Person;

beforeEach(async () => {
  people = new People();
  owner = await people.person('owner@example.com');
});

const create = (name: string, key: string, token = owner.token) =>
  people.call(token, 'POST', '/v1/organizations', { body: { name }, headers: { 'idempotency-key': key } });

const organizations = async () => {
  const { body } = await people.call(owner.token, 'GET', '/v1/organizations');
  return Array.isArray(body) ? body.length : -1;
};

const withoutId = ({ status, text }: Answered) => ({
  status,
  text: text.replace(/"request_id":"[^"]*"/, ''),
});

describe('a request with an Idempotency-Key', () => {
  it('has one effect and one answer, however often it is sent', async () => {
    const first = await create('Acme', 'key');
    const again = await create('Acme', 'key');
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(withoutId(again)).toEqual(withoutId(first));
    expect(await organizations()).toBe(1);
  });

  it('has one effect when many come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => create('Acme', 'key')));
    const made = answers.filter(({ status }) => status === 201);
    expect(made.length).toBeGreaterThan(0);
    expect(new Set(made.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ status }) => ![201, 409].includes(status))).toEqual([]);
    expect(await organizations()).toBe(1);
  });

  it('is refused when the key was another request’s', async () => {
    await create('Acme', 'key');
    expect(await create('Other', 'key')).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
    const tokens = { body: { name: 'Acme' }, headers: { 'idempotency-key': 'key' } };
    expect((await people.call(owner.token, 'POST', '/platform/tokens', tokens)).status).toBe(422);
  });

  it('is nobody else’s: the same key of another token is another key', async () => {
    const other = await people.person('other@example.com');
    await create('Acme', 'key');
    const theirs = await create('Theirs', 'key', other.token);
    expect(theirs).toMatchObject({ status: 201, body: { name: 'Theirs' } });
  });

  it('may be sent anew after a day', async () => {
    await create('Acme', 'key');
    people.world.pass((24 * 3600 + 1) * 1000);
    expect((await create('Other', 'key')).status).toBe(201);
  });

  it('that was refused leaves the key free', async () => {
    expect((await create('', 'key')).status).toBe(400);
    expect((await create('Acme', 'key')).status).toBe(201);
  });

  it.each(['', ' ', 'ä', 'x'.repeat(256)])('takes no key like %j', async (key) => {
    expect(await create('Acme', encodeURIComponent(key) === key ? key : ' ')).toMatchObject({ status: 400 });
  });

  it('is checked like any other: who may no longer ask gets no old answer', async () => {
    const slug = await people.organization(owner);
    const administrator = await people.member(slug, 'administrator');
    const invite = () =>
      people.call(administrator.token, 'POST', `/platform/organizations/${slug}/invitations`, {
        body: { email: 'new@example.com', role: 'developer' },
        headers: { 'idempotency-key': 'key' },
      });
    expect((await invite()).status).toBe(201);
    const path = `/platform/organizations/${slug}/members/${administrator.id}`;
    await people.call(owner.token, 'DELETE', path);
    expect((await invite()).status).toBe(404);
  });

  it('repeats a token that was shown once, and keeps it where only its own token can read it', async () => {
    const mint = (token: string) =>
      people.call(token, 'POST', '/platform/tokens', {
        body: { name: 'ci' },
        headers: { 'idempotency-key': 'key' },
      });
    const first = await mint(owner.token);
    const [, secret = 'none'] = /"access_token":"([^"]+)"/.exec(first.text) ?? [];
    expect((await mint(owner.token)).text).toBe(first.text);
    const rows = await kept();
    expect(rows).toContain('IDEMPOTENCY#');
    expect(rows).not.toContain(secret);
  });
});

/** All that rests of requests with keys. */
async function kept(): Promise<string> {
  const written = people.world.transactions
    .flat()
    .flatMap((write) => (write.kind === 'put' ? [write.item] : []));
  return JSON.stringify(written.filter(({ pk }) => pk.startsWith('IDEMPOTENCY#')));
}

describe('a request with an Idempotency-Key that dies', () => {
  /** From here on requests are let through, and their caller known, without a write. */
  beforeEach(async () => {
    for (let n = 0; n < 9; n += 1) await organizations();
  });

  const failing = (
    at: 'before' | 'after',
    which: number,
    error: Fault['error'] = new TransientError('the table is gone'),
  ) => {
    let writes = 0;
    people.world.fail(({ port, method }) => {
      if (port !== 'table' || method !== 'write') return undefined;
      writes += 1;
      return writes === which ? { at, error } : undefined;
    });
    return () => writes;
  };

  it.each([
    ['before it takes the key', 'before', 1],
    ['before it has changed anything', 'before', 2],
  ] as const)('%s can be sent again at once', async (_, at, which) => {
    failing(at, which);
    expect((await create('Acme', 'key')).status).toBe(503);
    expect((await create('Acme', 'key')).status).toBe(201);
    expect(await organizations()).toBe(1);
  });

  it('after it has changed something is never done again', async () => {
    failing('after', 2);
    expect((await create('Acme', 'key')).status).toBe(503);
    expect((await create('Acme', 'key')).status).toBe(409);
    people.world.pass(600_000);
    expect((await create('Acme', 'key')).status).toBe(409);
    expect(await organizations()).toBe(1);
  });

  it('with its process is taken over when it cannot be running any more', async () => {
    const written = failing('before', 2, () => new Promise<never>(() => {}));
    void create('Acme', 'key');
    await expect.poll(written).toBe(2);
    const waiting = await create('Acme', 'key');
    expect(waiting).toMatchObject({ status: 409, body: { field: 'header.idempotency-key' } });
    people.world.pass(600_000);
    expect((await create('Acme', 'key')).status).toBe(201);
    expect(await organizations()).toBe(1);
  });

  it('is not overtaken: who is slower than the patience of others has no effect', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const { table } = people.world;
    let arrived = false;
    const slowly: Table = {
      ...table,
      async write(writes) {
        arrived ||= writes.some((write) => write.kind === 'put' && write.item.data['state'] === 'effective');
        if (arrived) await held;
        return table.write(writes);
      },
    };
    const slow = new People({ table: slowly }, people.world);
    const headers = { 'idempotency-key': 'key' };
    const first = slow.call(owner.token, 'POST', '/v1/organizations', { body: { name: 'Acme' }, headers });
    await expect.poll(() => arrived).toBe(true);
    people.world.pass(600_000);
    expect((await create('Acme', 'key')).status).toBe(201);
    release();
    expect((await first).status).toBe(503);
    expect(await organizations()).toBe(1);
  });
});
