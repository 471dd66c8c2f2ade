import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { OrganizationSlug } from '../../functions/core/kernel/ids.ts';
import { People, type Person } from './people.ts';

const snippetSchema = z.object({ id: z.string(), name: z.string() });
const pageSchema = z.object({ data: z.array(snippetSchema), cursor: z.string().optional() });

let people: People;
let owner: Person;
let developer: Person;
let reader: Person;
let stranger: Person;
let slug: OrganizationSlug;
let ref: string;

beforeAll(async () => {
  people = new People();
  owner = await people.person('owner@example.com');
  slug = await people.organization(owner);
  ({ developer, read_only: reader } = await people.staff(slug));
  stranger = await people.person('stranger@example.com');
  await people.organization(stranger, 'Other');
  const body = { name: 'app', organization_slug: slug };
  const created = await people.call(owner.token, 'POST', '/v1/projects', { body });
  ({ ref } = z.object({ ref: z.string() }).parse(created.body));
  await people.world.quiet();
});

const at = (id = '') => `/platform/projects/${ref}/snippets${id === '' ? '' : `/${id}`}`;

async function save(person: Person, body: object): Promise<string> {
  const saved = await people.call(person.token, 'POST', at(), { body });
  expect(saved.status, saved.text).toBe(201);
  return snippetSchema.parse(saved.body).id;
}

const list = async (person: Person, query = '') => {
  const answer = await people.call(person.token, 'GET', `/v1/snippets${query}`);
  expect(answer.status, answer.text).toBe(200);
  return pageSchema.parse(answer.body);
};
const names = async (person: Person, query = '') => (await list(person, query)).data.map(({ name }) => name);
const statusFor = async (person: Person, id: string) =>
  (await people.call(person.token, 'GET', `/v1/snippets/${id}`)).status;

describe('snippets', () => {
  it('are saved, changed and deleted', async () => {
    const id = await save(developer, { name: 'Count', sql: 'select count(*) from t' });
    const got = await people.call(developer.token, 'GET', `/v1/snippets/${id}`);
    expect(got.body).toMatchObject({
      id,
      type: 'sql',
      visibility: 'user',
      name: 'Count',
      description: null,
      project: { id: expect.any(Number), ref, name: 'app' },
      owner: { id: expect.any(Number), username: expect.stringMatching(/^developer-/) },
      favorite: false,
      content: { schema_version: '1.0', sql: 'select count(*) from t' },
    });
    const change = { description: 'how many', favorite: true };
    const changed = await people.call(developer.token, 'PATCH', at(id), { body: change });
    expect(changed.body).toMatchObject({ name: 'Count', ...change });
    expect((await people.call(developer.token, 'DELETE', at(id))).status).toBe(200);
    expect(await statusFor(developer, id)).toBe(404);
    expect(await names(developer)).toEqual([]);
    expect(await people.audited(slug)).toEqual(
      expect.arrayContaining(['snippet.create', 'snippet.update', 'snippet.delete']),
    );
  });

  it('are seen by their owner, and by the organization where they are the project’s', async () => {
    const own = await save(developer, { name: 'own', sql: '' });
    const joint = await save(developer, { name: 'joint', sql: '', visibility: 'project' });
    expect(await names(developer)).toEqual(['own', 'joint']);
    expect(await names(reader)).toEqual(['joint']);
    expect(await names(stranger)).toEqual([]);
    expect([await statusFor(reader, own), await statusFor(reader, joint)]).toEqual([404, 200]);
    expect([await statusFor(stranger, own), await statusFor(stranger, joint)]).toEqual([404, 404]);
    const absent = await people.call(stranger.token, 'GET', `/v1/snippets/${crypto.randomUUID()}`);
    const foreign = await people.call(stranger.token, 'GET', `/v1/snippets/${joint}`);
    expect(foreign.text.replace(/"request_id":".*?"/, '')).toBe(
      absent.text.replace(/"request_id":".*?"/, ''),
    );
    expect((await people.call(owner.token, 'PATCH', at(own), { body: { name: 'x' } })).status).toBe(404);
    expect((await people.call(owner.token, 'PATCH', at(joint), { body: { name: 'x' } })).status).toBe(200);
    expect((await people.call(reader.token, 'DELETE', at(joint))).status).toBe(403);
  });

  it('are not for a token without their scope', async () => {
    const token = await people.scoped(developer, ['projects_read']);
    const answer = await people.call(token, 'GET', '/v1/snippets');
    expect(pageSchema.parse(answer.body).data).toEqual([]);
  });

  it('are listed in order, page by page, and by project', async () => {
    for (const name of ['c', 'a', 'b']) await save(owner, { name, sql: name });
    const query = `?sort_by=name&sort_order=desc&limit=2&project_ref=${ref}`;
    const first = await list(owner, query);
    expect(first.data.map(({ name }) => name)).toEqual(['x', 'c']);
    expect(await names(owner, `${query}&cursor=${first.cursor}`)).toEqual(['b', 'a']);
    expect((await list(owner, `${query}&cursor=${first.cursor}`)).cursor).toBeUndefined();
    expect(await names(owner, '?project_ref=zyxwvutsrqponmlkjihg')).toEqual([]);
    const bad = await people.call(owner.token, 'GET', '/v1/snippets?cursor=nonsense');
    expect(bad).toMatchObject({ status: 400, body: { field: 'query.cursor' } });
  });

  it('go with their project', async () => {
    const id = await save(owner, { name: 'last', sql: '' });
    await people.call(owner.token, 'DELETE', `/v1/projects/${ref}`);
    await people.world.quiet();
    expect(await statusFor(owner, id)).toBe(404);
  });
});
