import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemKeyPairs, systemRandom } from '../../runtime/system.ts';
import { IssuerKeys } from './issuer-keys.ts';

const DAY_MS = 24 * 3600 * 1000;

let home: string;
let now: number;
const open = () =>
  new IssuerKeys(home, {
    clock: { now: () => new Date(now) },
    random: systemRandom,
    keyPairs: systemKeyPairs,
  });
const kids = async (keys: IssuerKeys) => (await keys.current()).jwks.map(({ kid }) => kid);

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'bp-keys-'));
  now = Date.parse('2026-01-01T00:00:00Z');
});
afterEach(() => rmSync(home, { recursive: true }));

it('the keys are made once, whoever asks at the same time, and kept for their owner alone', async () => {
  const keys = open();
  const [one, other] = await Promise.all([kids(keys), kids(keys)]);
  expect(one).toHaveLength(1);
  expect(other).toEqual(one);
  expect(await kids(open())).toEqual(one);
  expect(statSync(join(home, 'issuer-keys.json')).mode & 0o777).toBe(0o600);
});

it('another key signs after a month, and the one before is believed for two more days', async () => {
  const keys = open();
  const [first] = await kids(keys);
  now += 29 * DAY_MS;
  expect(await kids(keys)).toEqual([first]);
  now += DAY_MS;
  const [second, before] = await kids(keys);
  expect([second, before]).toEqual([expect.not.stringMatching(`${first}`), first]);
  now += DAY_MS;
  expect(await kids(keys)).toEqual([second, first]);
  now += DAY_MS;
  expect(await kids(keys)).toEqual([second]);
  expect((await keys.current()).cookies).toHaveLength(2);
});
