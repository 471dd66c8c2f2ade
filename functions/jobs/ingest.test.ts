import { beforeEach, describe, expect, it } from 'vitest';
import { World } from '../../test/faults/world.ts';
import { TransientError } from '../core/kernel/errors.ts';
import { cellIdSchema } from '../core/kernel/ids.ts';
import { storedActivity } from '../core/project/activity.ts';
import type { Project } from '../core/project/project.ts';
import type { EdgeLog, LogWindow } from '../core/usage/edge-log.port.ts';
import { entriesOf } from '../core/usage/meters.ts';
import { hourOf, monthOf } from '../core/usage/period.ts';
import { UsageStore } from '../core/usage/usage-store.ts';
import { MOST_PAGES, ingest } from './ingest.ts';

const CELL = cellIdSchema.parse('euc1');
const OTHER = cellIdSchema.parse('use1');
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** A log whose lines have a time, and another one at which they can be seen. */
class FakeLog implements EdgeLog {
  readonly windows: LogWindow[] = [];
  readonly #lines: { readonly at: number; readonly seen: number; readonly text: string }[] = [];
  readonly #now: () => number;
  broken = false;
  pageSize = 3;

  constructor(now: () => number) {
    this.#now = now;
  }

  write(at: number, text: string, lateness = 0): void {
    this.#lines.push({ at, seen: at + lateness, text });
  }

  async read(window: LogWindow, page: string | undefined) {
    if (this.broken) throw new TransientError('CloudWatch does not answer');
    this.windows.push(window);
    const within = this.#lines.filter(
      ({ at, seen }) => at >= window.from.getTime() && at < window.to.getTime() && seen <= this.#now(),
    );
    const start = Number(page ?? 0);
    const end = start + this.pageSize;
    const lines = within.slice(start, end).map(({ at, text }) => ({ at: new Date(at), text }));
    return { lines, next: end < within.length ? String(end) : undefined };
  }
}

let world: World;
let project: Project;
let log: FakeLog;
let usage: UsageStore;
let requests: number;

beforeEach(async () => {
  world = new World();
  ({ project } = await world.create());
  await world.quiet();
  usage = new UsageStore(world.ports.table);
  log = new FakeLog(() => now());
  requests = 0;
  await run();
});

const now = () => world.ports.clock.now().getTime();

interface Line {
  readonly ref?: string;
  readonly service?: string;
  readonly status?: number;
  readonly bytes_out?: number;
  readonly outcome?: string;
  readonly at?: number;
}

function line({ at = now(), ...given }: Line = {}): string {
  return JSON.stringify({
    time: new Date(at).toISOString().replace(/\.\d+Z$/, '+00:00'),
    ref: project.ref,
    service: 'rest',
    method: 'GET',
    status: 200,
    bytes_in: 10,
    bytes_out: 100,
    duration: 0.001,
    request_id: String((requests += 1)).padStart(32, '0'),
    outcome: 'project',
    ...given,
  });
}

const write = (given: Line = {}, lateness = 0) => log.write(given.at ?? now(), line(given), lateness);

async function run(logs: ReadonlyMap<typeof CELL, EdgeLog> = new Map([[CELL, log]])): Promise<number> {
  let behind = 0;
  world.pass(MINUTE);
  await ingest({ ...world.ports, usage, edgeLogs: logs }, (told) => (behind = Math.max(behind, told)));
  return behind;
}

const counted = async () =>
  Object.fromEntries(entriesOf((await usage.month(project.ref, monthNow())).totals));
const monthNow = () => monthOf(world.ports.clock.now());

describe('the log of an edge', () => {
  it('is counted by service, in the hour of the line', async () => {
    const early = now();
    write({ service: 'rest', bytes_out: 300 });
    write({ service: 'storage', bytes_out: 5000, status: 206 });
    write({ service: 'other', bytes_out: 7, status: 404 });
    world.pass(59 * MINUTE);
    write({ service: 'rest', bytes_out: 1 });
    await run();
    const inHour = async (at: number) =>
      Object.fromEntries(entriesOf(await usage.hour(project.ref, hourOf(new Date(at)))));
    expect(await inHour(early)).toEqual({
      requests_rest: 1,
      egress_bytes_rest: 300,
      requests_storage: 1,
      egress_bytes_storage: 5000,
      requests_other: 1,
      egress_bytes_other: 7,
    });
    expect(await inHour(early + 59 * MINUTE)).toEqual({ requests_rest: 1, egress_bytes_rest: 1 });
  });

  it('is counted whoever answered, but for what was no project and for what the meter reads itself', async () => {
    write({ outcome: 'wake', status: 503 });
    write({ outcome: 'asleep', status: 503 });
    write({ outcome: 'broke', status: 502 });
    write({ outcome: 'wake', status: 404 });
    write({ service: 'own', bytes_out: 90_000 });
    await run();
    expect(await counted()).toEqual({ requests_rest: 3, egress_bytes_rest: 300 });
  });

  it('is counted once, although it is read again for lines that come late', async () => {
    for (let n = 0; n < 8; n += 1) write({}, n * 15 * SECOND);
    for (let n = 0; n < 6; n += 1) await run();
    expect(await counted()).toEqual({ requests_rest: 8, egress_bytes_rest: 800 });
    const read = log.windows.length;
    await run();
    // However much was logged before, what is settled is read no more.
    expect(log.windows.slice(read)).toHaveLength(1);
    expect(now() - (log.windows.at(-1)?.from.getTime() ?? 0)).toBeLessThan(4 * MINUTE);
  });

  it('is counted once, wherever a run dies', async () => {
    for (let n = 0; n < 10; n += 1) write();
    for (let death = 1; death < 30; death += 1) {
      let writes = 0;
      world.fail(({ port, method }) => {
        if (port !== 'table' || method !== 'write') return undefined;
        writes += 1;
        if (writes !== 1 + (death % 5)) return undefined;
        return { at: death % 2 === 0 ? 'before' : 'after', error: new TransientError('died') };
      });
      await run().catch(() => undefined);
    }
    world.fail(() => undefined);
    expect(world.logged.length).toBeGreaterThan(5);
    await run();
    expect(await counted()).toEqual({ requests_rest: 10, egress_bytes_rest: 1000 });
  });

  it('makes nothing of lines that are none, nor of refs that are nobody’s, and says how many', async () => {
    log.write(now(), 'nginx: worker process exited');
    log.write(now(), line({ ref: 'not-a-ref' }));
    log.write(now(), line({ bytes_out: -1 }));
    write({ ref: 'z'.repeat(20) });
    write();
    await run();
    await run();
    expect(await counted()).toEqual({ requests_rest: 1, egress_bytes_rest: 100 });
    expect(world.logged).toEqual([expect.stringContaining('3 lines')]);
    expect((await world.table.query({ pk: `USAGE#${'z'.repeat(20)}` })).items).toEqual([]);
  });

  it('is read in pages, so many in a run and no more; it tells how far behind it is, and catches up', async () => {
    log.pageSize = 1;
    for (let n = 0; n < MOST_PAGES + 20; n += 1) write();
    world.pass(5 * MINUTE);
    expect(await run()).toBeGreaterThan(5 * MINUTE);
    expect(await counted()).toMatchObject({ requests_rest: MOST_PAGES });
    expect(await run()).toBe(0);
    expect(await counted()).toMatchObject({ requests_rest: MOST_PAGES + 20 });
  });

  it('of one cell does not wait for that of another, and the run is tried again', async () => {
    const broken = new FakeLog(now);
    const both = new Map([
      [OTHER, broken],
      [CELL, log],
    ]);
    await run(both);
    broken.broken = true;
    write();
    await expect(run(both)).rejects.toThrow('could not be read');
    expect(await counted()).toEqual({ requests_rest: 1, egress_bytes_rest: 100 });
    expect(world.logged).toEqual([expect.stringContaining('could not read the log')]);
  });

  it('still counts for a project that is gone, and leaves nothing else of it', async () => {
    const { ref, organization } = project;
    write();
    const read = await world.ports.projects.find(ref);
    await world.ports.projects.saveCertificate({
      ref,
      organization,
      name: project.name,
      created_at: project.created_at,
      deleted: [],
      removed_at: new Date(now()).toISOString(),
      remnants: 0,
    });
    if (read !== undefined) await world.ports.projects.remove(read);
    await run();
    expect(await counted()).toMatchObject({ requests_rest: 1 });
    expect(await storedActivity(ref, world.table)).toEqual({});
  });
});

describe('a use of a project', () => {
  it('is noted, unless nobody with a key asked', async () => {
    write({ service: 'auth', status: 401 });
    write({ service: 'other' });
    await run();
    expect(await storedActivity(project.ref, world.table)).toEqual({});
    const at = Math.floor(now() / SECOND) * SECOND;
    write({ service: 'storage', status: 500, at: at + SECOND });
    await run();
    expect(await storedActivity(project.ref, world.table)).toEqual({
      storage: new Date(at + SECOND).toISOString(),
    });
  });

  it('is written down every few minutes, not with each line', async () => {
    for (let n = 0; n < 9; n += 1) {
      write();
      await run();
    }
    const notes = world.transactions
      .flat()
      .filter((each) => each.kind === 'put' && each.item.sk === 'ACTIVITY');
    expect(notes).toHaveLength(2);
  });
});
