import { beforeEach, describe, expect, it } from 'vitest';
import { openSqliteTable } from '../../drivers/sqlite/table.ts';
import type { Table } from '../kernel/table.port.ts';
import { projectRefSchema } from '../kernel/ids.ts';
import {
  BAN_SECONDS,
  LOOPBACK_BAN_SECONDS,
  MAX_FAILURES,
  WINDOW_SECONDS,
  bansOf,
  forgetFailedLogins,
  isBanned,
  recordFailedLogin,
} from './login-failures.ts';

const REF = projectRefSchema.parse('abcdefghijklmnopqrst');
const ADDRESS = '203.0.113.9';

let now: number;
let ports: { readonly table: Table; readonly clock: { now(): Date } };

beforeEach(() => {
  now = Date.parse('2026-01-01T00:00:00Z');
  const clock = { now: () => new Date(now) };
  ports = { table: openSqliteTable({ path: ':memory:', clock }), clock };
});

const failures = async (count: number, address = ADDRESS) => {
  const told: boolean[] = [];
  for (let n = 0; n < count; n += 1) told.push(await recordFailedLogin(REF, address, ports));
  return told;
};

describe('wrong passwords', () => {
  it('ban an address at the last one that is allowed, for this project alone', async () => {
    const told = await failures(MAX_FAILURES);
    expect(told).toEqual([...Array.from({ length: MAX_FAILURES - 1 }, () => false), true]);
    expect(await isBanned(REF, ADDRESS, ports)).toBe(true);
    expect(await isBanned(REF, '203.0.113.10', ports)).toBe(false);
    expect(await isBanned(projectRefSchema.parse('zyxwvutsrqponmlkjihg'), ADDRESS, ports)).toBe(false);
    expect(await bansOf(REF, ports)).toEqual([
      { address: ADDRESS, until: new Date(now + BAN_SECONDS * 1000) },
    ]);
  });

  it.each(['127.0.0.1', '::1', '::ffff:127.0.0.1'])(
    'ban %s, which all programs of a machine share, for a minute',
    async (address) => {
      await failures(MAX_FAILURES, address);
      expect(await isBanned(REF, address, ports)).toBe(true);
      now += LOOPBACK_BAN_SECONDS * 1000;
      expect(await isBanned(REF, address, ports)).toBe(false);
    },
  );

  it('are counted when they come at the same moment', async () => {
    await Promise.all(Array.from({ length: MAX_FAILURES }, () => recordFailedLogin(REF, ADDRESS, ports)));
    expect(await isBanned(REF, ADDRESS, ports)).toBe(true);
  });

  it('are forgotten after a right one, and with time', async () => {
    await failures(MAX_FAILURES - 1);
    await forgetFailedLogins(REF, ADDRESS, ports);
    await failures(MAX_FAILURES - 1);
    now += WINDOW_SECONDS * 1000;
    await failures(1);
    expect(await isBanned(REF, ADDRESS, ports)).toBe(false);
    expect(await bansOf(REF, ports)).toEqual([]);
  });

  it('ban for a time', async () => {
    await failures(MAX_FAILURES);
    now += BAN_SECONDS * 1000 - 1000;
    expect(await isBanned(REF, ADDRESS, ports)).toBe(true);
    now += 1000;
    expect(await isBanned(REF, ADDRESS, ports)).toBe(false);
  });

  it('of an IPv4 address count however it is written', async () => {
    await failures(MAX_FAILURES, `::ffff:${ADDRESS}`);
    expect(await isBanned(REF, ADDRESS, ports)).toBe(true);
  });
});
