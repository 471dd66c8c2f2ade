import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { openSecrets } from '../../templates/light/functions/secrets.ts';
import { ProjectApi } from './project-api.ts';

let api: ProjectApi;
beforeEach(async () => {
  api = await ProjectApi.start();
});

const VALUE = 'a value that nobody may read 🔑';

const set = (...secrets: readonly { name: string; value: string }[]) =>
  api.project('POST', '/secrets', secrets);
const names = async () => {
  const { body } = await api.project('GET', '/secrets');
  return Array.isArray(body) ? body.map((each: { name: string }) => each.name) : body;
};

/** What the services of the project find. */
async function delivered() {
  const { functions, secret } = api.world.cloud.of(api.ref);
  if (functions.sealed === undefined || secret === undefined) throw new Error('nothing was delivered');
  return openSecrets(functions.sealed, { projectRef: api.ref, password: secret.service_password });
}

describe('secrets', () => {
  it('are delivered to the services, and shown by their digests alone', async () => {
    expect(await set({ name: 'TOKEN', value: VALUE })).toEqual({ status: 201, body: undefined });
    await set({ name: 'API_KEY', value: 'x' }, { name: 'TOKEN', value: VALUE });
    const { body } = await api.project('GET', '/secrets');
    expect(body).toEqual([
      { name: 'API_KEY', value: expect.any(String), updated_at: expect.stringMatching(/^2026-/) },
      {
        name: 'TOKEN',
        value: createHash('sha256').update(VALUE).digest('hex'),
        updated_at: expect.stringMatching(/^2026-/),
      },
    ]);
    expect(await delivered()).toEqual({ TOKEN: VALUE, API_KEY: 'x' });
  });

  it('are nowhere in the table and not in what is delivered', async () => {
    await set({ name: 'TOKEN', value: VALUE });
    const items = await Promise.all(
      [
        `PROJECT#${api.ref}`,
        `ORGANIZATION#${(await api.world.ports.projects.find(api.ref))?.value.organization}`,
      ].map((pk) => api.world.table.query({ pk, limit: 1000 })),
    );
    const stored = JSON.stringify(items);
    expect(stored).toContain('TOKEN');
    expect(stored).not.toContain(VALUE);
    const sealed = Buffer.from(api.world.cloud.of(api.ref).functions.sealed ?? []);
    expect(sealed.includes(VALUE)).toBe(false);
    expect(await api.audited()).toContain('function_secrets.set');
  });

  it('cannot be opened by another project', async () => {
    await set({ name: 'TOKEN', value: VALUE });
    const { functions, secret } = api.world.cloud.of(api.ref);
    const sealed = functions.sealed ?? new Uint8Array();
    const password = secret?.service_password ?? '';
    expect(() => openSecrets(sealed, { projectRef: 'a'.repeat(20), password })).toThrow(
      'unable to authenticate',
    );
    expect(() => openSecrets(sealed, { projectRef: api.ref, password: 'another' })).toThrow(
      'unable to authenticate',
    );
    expect(() => openSecrets(sealed.fill(0, 20, 21), { projectRef: api.ref, password })).toThrow(
      'unable to authenticate',
    );
  });

  it('are deleted by name, known or not', async () => {
    await set({ name: 'ONE', value: '1' }, { name: 'TWO', value: '2' });
    expect(await api.project('DELETE', '/secrets', ['ONE', 'UNKNOWN'])).toEqual({
      status: 200,
      body: undefined,
    });
    expect(await names()).toEqual(['TWO']);
    expect(await delivered()).toEqual({ TWO: '2' });
    expect(await api.audited()).toContain('function_secrets.delete');
  });

  it('set at the same time are all kept', async () => {
    const all = Array.from({ length: 8 }, (_, at) => `NAME_${at}`);
    await Promise.all(all.map((name) => set({ name, value: name })));
    expect(await names()).toEqual(all);
    expect(Object.keys(await delivered()).toSorted()).toEqual(all);
  });

  it.each([
    ['a reserved name', [{ name: 'SUPABASE_URL', value: 'x' }]],
    ['a name that no object can have', [{ name: '__proto__', value: 'x' }]],
    ['no name', [{ name: '', value: 'x' }]],
    ['a name that no environment takes', [{ name: 'A=B', value: 'x' }]],
    ['a value that no environment takes', [{ name: 'A', value: 'a\0b' }]],
    ['a long value', [{ name: 'A', value: 'x'.repeat(24_577) }]],
    ['another field', [{ name: 'A', value: 'x', color: 'red' }]],
    ['a hundred and one', Array.from({ length: 101 }, (_, at) => ({ name: `N${at}`, value: '' }))],
    ['too much in all', ['A', 'B', 'C'].map((name) => ({ name, value: 'x'.repeat(20_000) }))],
  ])('are refused with %s', async (_, body) => {
    expect(await api.project('POST', '/secrets', body)).toMatchObject({
      status: 400,
      body: { field: expect.any(String) },
    });
    expect(await names()).toEqual([]);
  });
});
