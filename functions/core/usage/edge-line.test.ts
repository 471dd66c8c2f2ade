import { expect, it } from 'vitest';
import { activityIn, eventOf, readEdgeLines } from './edge-line.ts';

const AT = new Date('2026-01-01T12:00:00Z');
const REF = 'abcdefghijklmnopqrst';
const read = (...texts: string[]) =>
  readEdgeLines(
    texts.map((text) => ({ at: AT, text })),
    AT,
  );
const sessions = (method: string, second: number) =>
  JSON.stringify({
    time: `2026-01-01T12:00:0${second}.000Z`,
    ref: REF,
    service: 'postgres',
    method,
    status: 200,
    bytes_in: 100,
    bytes_out: 5000,
    duration: 60,
    request_id: `${second}`.repeat(32),
    outcome: 'project',
  });

it('counts what the Postgres gateway writes beside the edge, and takes work alone for a use', () => {
  const { counted, unreadable } = read(sessions('WORK', 1), sessions('IDLE', 2));
  expect(unreadable).toBe(0);
  expect(counted.map(eventOf)).toEqual(
    [1, 2].map((second) => ({
      id: `${second}`.repeat(32),
      at: new Date(`2026-01-01T12:00:0${second}Z`),
      amounts: { egress_bytes_postgres: 5000 },
    })),
  );
  expect(activityIn(counted)).toEqual({ postgres: '2026-01-01T12:00:01.000Z' });
});

it('passes over what the gateway says of itself, and over nothing else', () => {
  const own = JSON.stringify({ level: 'error', message: 'looking up a project failed', cause: 'Error' });
  expect(read(own)).toEqual({ counted: [], unreadable: 0 });
  expect(read(sessions('SLEEP', 1), '{"level":"debug"}', 'nginx: no')).toEqual({
    counted: [],
    unreadable: 3,
  });
});
