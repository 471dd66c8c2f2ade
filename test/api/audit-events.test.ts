import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../functions/contract/index.ts';
import type { Operation } from '../../functions/contract/operation.ts';
import type { Write } from '../../functions/core/kernel/table.port.ts';
import { FakeServices } from '../fakes/fake-services.ts';
import { World } from '../faults/world.ts';
import { EXAMPLES, type Place } from './examples.ts';
import { People } from './people.ts';

const operations: readonly (readonly [string, Operation])[] = Object.entries(OPERATIONS);

const mutations = operations
  .filter(([, { method, policy, notImplemented }]) => {
    return method !== 'GET' && method !== 'HEAD' && policy.on !== 'public' && notImplemented === undefined;
  })
  .map(([id, operation]) => ({ id, operation }));

/** They are a POST because the CLI sends what it asks for in a body, or because no two answers are alike. */
const READING: readonly string[] = [
  'createTemporaryApiKey',
  'listNetworkBans',
  'listNetworkBansEnriched',
  'runReadOnlyQuery',
];

/** What they change is in the project’s own database, or a copy of that. */
const ELSEWHERE: readonly string[] = [
  'runQuery',
  'createLoginRole',
  'deleteLoginRoles',
  'createRestorePoint',
  'shutdownRealtime',
];

async function place(): Promise<Place> {
  const world = new World();
  const services = new FakeServices((_ref, path) =>
    path === 'POST /realtime/v1/api/shutdown' ? { status: 204, body: '' } : undefined,
  );
  const people = new People({ payments: world.payments, services }, world);
  const owner = await people.person('owner@example.com');
  const slug = await people.organization(owner);
  const body = { name: 'app', organization_slug: slug };
  await people.call(owner.token, 'POST', '/v1/projects', { body });
  await people.world.quiet();
  const [project] = await people.ports.projects.ofOrganization(slug);
  return { people, owner, slug, ref: project?.ref ?? '' };
}

const isAudit = (write: Write) => write.kind === 'put' && write.item.sk.startsWith('AUDIT#');

/** Not who has asked when, and how often. */
const isChange = (write: Write) => !/^(RATE|TOKEN)#/.test((write.kind === 'put' ? write.item : write.key).pk);

describe('every change leaves one event in the audit log of each organization that it concerns', () => {
  const succeeded: string[] = [];

  it.each(mutations)('$id', async ({ id, operation }) => {
    const where = await place();
    const { people, slug, ref } = where;
    const { body, query = '', parameters, caller } = EXAMPLES[id] ?? {};
    const named: Readonly<Record<string, string>> = { slug, ref, ...(await parameters?.(where)) };
    const { token } = (await caller?.(where)) ?? where.owner;
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => named[name] ?? 'nothing');
    const before = people.world.transactions.length;
    const answer = await people.call(token, operation.method, `${path}${query}`, { body });
    expect(answer.status).toBeLessThan(500);
    if (answer.status >= 300) return;
    succeeded.push(id);
    const requestId = answer.headers.get('x-request-id') ?? '';
    const after = people.world.transactions.slice(before);
    const audited = after.filter((writes) =>
      writes.some((write) => isAudit(write) && JSON.stringify(write).includes(requestId)),
    );
    // To take away what is not there changes nothing.
    if (operation.method === 'DELETE' && !after.flat().some(isChange)) return;
    if (READING.includes(id)) return expect(audited).toEqual([]);
    expect(audited).toHaveLength(1);
    const [transaction = []] = audited;
    const logs = transaction.flatMap((write) =>
      isAudit(write) && write.kind === 'put' ? [write.item.pk] : [],
    );
    expect(logs).toEqual([...new Set(logs)]);
    if (!ELSEWHERE.includes(id)) expect(transaction.length).toBeGreaterThan(1);
  });

  it('and most changes are made here', () => {
    expect(succeeded.length).toBeGreaterThan(mutations.length / 2);
  });
});
