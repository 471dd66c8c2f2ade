import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelTable } from '../../../test/contracts/table-model.ts';
import { withFaults } from '../../../test/fakes/faults.ts';
import { TransientError } from '../kernel/errors.ts';
import { projectRefSchema } from '../kernel/ids.ts';
import type { Table } from '../kernel/table.port.ts';
import { type Amounts, METERS, addedUp, entriesOf } from './meters.ts';
import { hourOf, monthOf } from './period.ts';
import { recordCounters, recordEvents, recordUsage } from './record-usage.ts';
import { UsageStore } from './usage-store.ts';

const REF = projectRefSchema.parse('abcdefghijklmnopqrst');
const MONTH = monthOf(new Date('2026-01-01T00:00:00Z'));
const START = Date.parse('2026-01-31T22:00:00Z');
const MINUTE = 60_000;

interface World {
  readonly table: Table;
  readonly usage: UsageStore;
  readonly clock: { now(): Date };
  at(minute: number): void;
}

/** `deaths`: which calls of `write` end in the death of their caller, before or after they took effect. */
function world(deaths: ReadonlyMap<number, 'before' | 'after'>): World {
  let now = START;
  const table = withFaults('table', modelTable(), ({ method, time }) => {
    const at = method === 'write' ? deaths.get(time) : undefined;
    return at === undefined ? undefined : { at, error: new TransientError('died') };
  });
  return {
    table,
    usage: new UsageStore(table),
    clock: { now: () => new Date(now) },
    at: (minute) => void (now = START + minute * MINUTE),
  };
}

/** Does each until it has got through, those of a batch at once. */
async function deliver(batches: readonly (readonly (() => Promise<void>)[])[]): Promise<void> {
  for (const batch of batches) {
    let left = batch;
    while (left.length > 0) {
      const results = await Promise.allSettled(left.map((run) => run()));
      left = left.filter((_, at) => results[at]?.status === 'rejected');
    }
  }
}

const deaths = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.constantFrom('before' as const, 'after' as const)), {
    maxLength: 12,
  })
  .map((pairs) => new Map(pairs));

const meter = fc.constantFrom(...METERS.filter((name) => /^(requests|egress)/.test(name)));
const amounts = fc
  .array(fc.tuple(meter, fc.integer({ min: 1, max: 1_000_000 })), { minLength: 1, maxLength: 4 })
  .map((pairs): Amounts => Object.fromEntries(pairs));

const shuffledTwice = <T>(things: readonly T[]) =>
  fc.shuffledSubarray([...things, ...things], { minLength: things.length * 2, maxLength: things.length * 2 });

const batched = <T>(things: readonly T[], size: number) =>
  things.flatMap((_, at) => (at % size === 0 ? [things.slice(at, at + size)] : []));

async function isExactly(usage: UsageStore, expected: ReadonlyMap<string, Amounts>): Promise<void> {
  const months = new Map<string, Amounts>();
  for (const [hour, of] of expected) {
    expect(entriesOf(await usage.hour(REF, hourOf(new Date(`${hour}:00:00Z`))))).toEqual(entriesOf(of));
    const month = hour.slice(0, 7);
    months.set(month, addedUp(months.get(month) ?? {}, of));
  }
  for (const [name, totals] of months) {
    const month = monthOf(new Date(`${name}-01T00:00:00Z`));
    expect(entriesOf((await usage.month(REF, month)).totals)).toEqual(entriesOf(totals));
    expect(entriesOf(await usage.recomputed(REF, month))).toEqual(entriesOf(totals));
  }
}

describe('what was logged', () => {
  const event = fc.record({ minute: fc.integer({ min: 0, max: 240 }), amounts });

  it('counts once, in the hour that it happened in, however often, late and in whatever company it comes', async () => {
    const deliveries = fc
      .array(event, { minLength: 1, maxLength: 25 })
      .map((all) => all.map((each, id) => ({ ...each, id: `event-${id}` })))
      .chain((all) => fc.tuple(fc.constant(all), shuffledTwice(all), fc.integer({ min: 1, max: 9 })));
    await fc.assert(
      fc.asyncProperty(deliveries, deaths, async ([all, order, size], dying) => {
        const { usage, ...rest } = world(dying);
        const runs = batched(order, size).map(
          (events) => () =>
            recordEvents(
              REF,
              'edge/1',
              events.map(({ id, minute, amounts: of }) => ({
                id,
                at: new Date(START + minute * MINUTE),
                amounts: of,
              })),
              { usage, ...rest },
            ),
        );
        await deliver(batched(runs, 3));
        const expected = new Map<string, Amounts>();
        for (const { minute, amounts: of } of all) {
          const hour = hourOf(new Date(START + minute * MINUTE));
          expected.set(hour, addedUp(expected.get(hour) ?? {}, of));
        }
        await isExactly(usage, expected);
      }),
      { numRuns: 60 },
    );
  });
});

describe('what a process counts', () => {
  it('is what it said last of each hour, in whatever order its reports come', async () => {
    const report = fc.record({
      hour: fc.integer({ min: 0, max: 3 }),
      writer: fc.constantFrom('gateway@1', 'gateway@2'),
      amounts,
    });
    const reports = fc.array(report, { minLength: 1, maxLength: 15 }).map((all) => {
      const sofar = new Map<string, Amounts>();
      return all.map(({ hour, writer, amounts: of }) => {
        const totals = addedUp(sofar.get(`${hour} ${writer}`) ?? {}, of);
        sofar.set(`${hour} ${writer}`, totals);
        return { ref: REF, hour: hourOf(new Date(START + hour * 60 * MINUTE)), writer, totals, of };
      });
    });
    await fc.assert(
      fc.asyncProperty(
        reports.chain((all) => fc.tuple(fc.constant(all), shuffledTwice(all))),
        deaths,
        async ([all, order], dying) => {
          const { usage } = world(dying);
          await deliver(
            batched(
              order.map((each) => () => recordUsage(each, { usage })),
              4,
            ),
          );
          const expected = new Map<string, Amounts>();
          for (const { hour, of } of all) expected.set(hour, addedUp(expected.get(hour) ?? {}, of));
          await isExactly(usage, expected);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("a process's own counters", () => {
  const growth = fc.record({
    minutes: fc.integer({ min: 0, max: 90 }),
    messages: fc.nat(1000),
    restarts: fc.boolean(),
  });

  it('add up to what all its lives have counted, in the hours that they were read in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(growth, { minLength: 1, maxLength: 20 }), deaths, async (steps, dying) => {
        const made = world(dying);
        let [minute, life, messages] = [0, 0, 0];
        const expected = new Map<string, Amounts>();
        for (const step of steps) {
          minute += step.minutes;
          made.at(minute);
          const stale = {
            epoch: `2026-01-0${1 + Math.max(0, life - 1)}`,
            totals: { realtime_messages: messages },
          };
          if (step.restarts && life < 8) [life, messages] = [life + 1, 0];
          messages += step.messages;
          const reading = { epoch: `2026-01-0${1 + life}`, totals: { realtime_messages: messages } };
          await deliver([[...Array(2)].map(() => () => recordCounters(REF, 'runtime', reading, made))]);
          // Of a life that is over, or of this one a while ago.
          if (stale.epoch < reading.epoch)
            await deliver([[() => recordCounters(REF, 'runtime', stale, made)]]);
          const hour = hourOf(made.clock.now());
          expected.set(hour, addedUp(expected.get(hour) ?? {}, { realtime_messages: step.messages }));
        }
        await isExactly(made.usage, expected);
      }),
      { numRuns: 60 },
    );
  });

  it('keep the highest peak of an hour', async () => {
    const made = world(new Map());
    for (const peak of [3, 9, 4]) {
      await recordCounters(REF, 'runtime', { epoch: '1', totals: { realtime_peak_connections: peak } }, made);
    }
    made.at(60);
    await recordCounters(REF, 'runtime', { epoch: '1', totals: { realtime_peak_connections: 5 } }, made);
    expect(await made.usage.hour(REF, hourOf(made.clock.now()))).toEqual({ realtime_peak_connections: 5 });
    expect((await made.usage.month(REF, MONTH)).totals).toEqual({ realtime_peak_connections: 9 });
  });
});
