import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../functions/contract/index.ts';
import { openApi } from '../../functions/contract/openapi.ts';
import { runQuery } from '../../functions/drivers/local/postgres-query.ts';
import { databaseScripts } from '../../templates/database/scripts.ts';
import { apply } from '../database/callers.ts';
import { type Cluster, postgresAvailable, startCluster } from '../database/cluster.ts';
import { type FuzzedRequest, spoiledRequests, validRequests } from './fuzz/requests.ts';
import { type State, Subject } from './fuzz/subject.ts';

const document = openApi(OPERATIONS);

const operations = Object.entries(document.paths).flatMap(([template, methods]) =>
  Object.entries(methods).map(([method, described]) => ({
    id: described.operationId,
    method: method.toUpperCase(),
    template,
    described,
  })),
);

type Described = (typeof operations)[number];

const SEED = 20_260_101;
/** How many requests there are of each kind to each operation. */
const VALID = 8;
const SPOILED = 16;
const PAUSED = 2;

describe.skipIf(!postgresAvailable)('whatever is sent', () => {
  let cluster: Cluster;
  const succeeded = new Set<string>();

  beforeAll(async () => {
    cluster = await startCluster('supabase_admin');
    const setup = await cluster.connect('supabase_admin');
    await apply(setup, databaseScripts(['base', 'light']));
    await setup.end();
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  const make = (id: string, state: State) =>
    Subject.make(id, state, (query) =>
      runQuery({ sockets: cluster.host, user: 'postgres', password: 'unused' }, query),
    );

  interface Held {
    readonly state: State;
    readonly requests: fc.Arbitrary<FuzzedRequest>;
    readonly numRuns: number;
    subject: Subject;
  }

  /** The subject is replaced where a request has changed what it is. */
  async function hold({ id, method, template }: Described, held: Held): Promise<void> {
    const asked = async (request: FuzzedRequest) => {
      if (!(await held.subject.is(held.state))) held.subject = await make(id, held.state);
      const { status, fault } = await held.subject.ask({ method, template, ...request });
      if (status < 300) succeeded.add(id);
      expect(fault).toBeUndefined();
    };
    const property = fc.asyncProperty(held.requests, asked);
    await fc.assert(property, { seed: SEED, numRuns: held.numRuns, endOnFailure: true });
  }

  it.each(operations)('$id answers as declared', async (operation) => {
    const state = 'ACTIVE_HEALTHY';
    const subject = await make(operation.id, state);
    const { described } = operation;
    await hold(operation, { state, subject, requests: validRequests(described), numRuns: VALID });
    await hold(operation, { state, subject, requests: spoiledRequests(described), numRuns: SPOILED });
  });

  it('a project that is paused answers as declared', async () => {
    const state = 'INACTIVE';
    const subject = await make('', state);
    for (const operation of operations.filter(({ template }) => template.includes('{ref}'))) {
      const requests = validRequests(operation.described);
      await hold(operation, { state, subject, requests, numRuns: PAUSED });
    }
  });

  it('and most operations have succeeded', () => {
    const offered = operations.filter(({ described }) => described['x-status'] === undefined);
    expect(succeeded.size).toBeGreaterThan(offered.length * 0.8);
  });
});
