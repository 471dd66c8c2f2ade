import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { projectRefSchema, type OrganizationSlug, type ProjectRef } from '../../functions/core/kernel/ids.ts';
import { CATALOGUE } from '../../templates/catalogue.ts';
import { OLD, age } from '../faults/age.ts';
import { People, type Person } from './people.ts';

const NEWEST = CATALOGUE.templates[0]?.version;

describe('the template of a project', () => {
  let people: People;
  let owner: Person;
  let slug: OrganizationSlug;
  let ref: ProjectRef;

  beforeEach(async () => {
    people = new People();
    owner = await people.person('owner@example.com');
    slug = await people.organization(owner);
    const made = await people.call(owner.token, 'POST', '/v1/projects', {
      body: { name: 'app', organization_slug: slug },
    });
    ref = z.object({ ref: projectRefSchema }).parse(made.body).ref;
    await people.world.quiet();
  });

  const path = () => `/platform/projects/${ref}/template`;
  const read = async ({ token } = owner) => (await people.call(token, 'GET', path())).body;
  const upgrade = ({ token } = owner, headers = {}) =>
    people.call(token, 'POST', `${path()}/upgrade`, { headers });
  const action = async () => {
    const { body } = await people.call(owner.token, 'GET', `/platform/projects/${ref}`);
    const permitted = z.object({ action: z.string(), allowed: z.boolean(), because: z.string().nullable() });
    const { actions } = z.object({ actions: z.array(permitted) }).parse(body);
    return actions.find((each) => each.action === 'upgrade');
  };

  it('is told, and is not upgraded to what it is', async () => {
    const because = 'It is the newest version of its template.';
    expect(await read()).toEqual({
      name: 'light',
      version: NEWEST,
      coming_version: null,
      newest_version: NEWEST,
      changes: [],
      upgradable: false,
      because,
    });
    expect(await action()).toMatchObject({ allowed: false, because });
    expect(await upgrade()).toMatchObject({ status: 409, body: { code: 'conflict', message: because } });
  });

  it('is upgraded once for a key, and while that goes on by nobody else', async () => {
    await age(people.world, ref);
    expect(await read()).toMatchObject({
      version: OLD,
      newest_version: NEWEST,
      changes: [{ version: NEWEST }],
      upgradable: true,
      because: null,
    });
    expect(await action()).toMatchObject({ allowed: true });
    const headers = { 'idempotency-key': 'once' };
    expect((await upgrade(owner, headers)).status).toBe(202);
    expect(await read()).toMatchObject({ version: OLD, coming_version: NEWEST, upgradable: false });
    expect(await action()).toMatchObject({ allowed: false });
    expect((await upgrade(owner, headers)).status).toBe(202);
    expect(await upgrade()).toMatchObject({ status: 409, body: { code: 'illegal_transition' } });
    await people.world.quiet();
    expect(await read()).toMatchObject({ version: NEWEST, coming_version: null });
    expect((await people.audited(slug)).filter((each) => each === 'project.upgrade')).toHaveLength(1);
  });

  it('is not upgraded of a project that is paused, which is told beforehand', async () => {
    await age(people.world, ref);
    await people.call(owner.token, 'POST', `/v1/projects/${ref}/pause`);
    await people.world.quiet();
    const because = 'The project is paused; restore it first.';
    expect(await read()).toMatchObject({ upgradable: false, because });
    expect(await upgrade()).toMatchObject({
      status: 409,
      body: { code: 'illegal_transition', suggestion: because },
    });
  });

  it('is read by every member, and upgraded by whom the project may be changed by', async () => {
    await age(people.world, ref);
    const reader = await people.member(slug, 'read_only');
    expect(await read(reader)).toMatchObject({ upgradable: false, because: expect.any(String) });
    expect(await upgrade(reader)).toMatchObject({ status: 403 });
    const stranger = await people.person('stranger@example.com');
    expect((await upgrade(stranger)).status).toBe(404);
  });
});
