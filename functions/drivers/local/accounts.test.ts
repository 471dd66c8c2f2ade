import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Accounts } from './accounts.ts';

/** Draws these uids, counted from the first of the range, one after the other. */
function drawing(...offsets: readonly number[]) {
  const left = [...offsets];
  return {
    bytes(length: number) {
      const drawn = Buffer.alloc(length);
      drawn.writeUInt32LE(left.shift() ?? 0);
      return new Uint8Array(drawn);
    },
  };
}

describe.runIf(process.getuid?.() === 0)('the users of the clusters, for root', () => {
  it('are drawn from a range of their own, each once', async () => {
    const accounts = new Accounts(drawing(7, 7, 8, 29_999));
    expect(accounts.separate).toBe(true);
    expect(await accounts.allocate([])).toEqual({ uid: 30_007, gid: 30_007 });
    expect(await accounts.allocate([])).toEqual({ uid: 30_008, gid: 30_008 });
    expect(await accounts.allocate([])).toEqual({ uid: 59_999, gid: 59_999 });
  });

  it('are none that another cluster or a process has', async () => {
    const child = spawn('sleep', ['60'], { uid: 30_002, gid: 30_002 });
    await once(child, 'spawn');
    const accounts = new Accounts(drawing(1, 2, 3));
    expect(await accounts.allocate([30_001])).toEqual({ uid: 30_003, gid: 30_003 });
    child.kill();
    await once(child, 'exit');
  });

  it('can be drawn again once they are given back', async () => {
    const accounts = new Accounts(drawing(5, 5));
    const first = await accounts.allocate([]);
    accounts.release(first);
    expect(await accounts.allocate([])).toEqual(first);
  });

  it('run out with an error, not with a loop', async () => {
    const accounts = new Accounts(drawing());
    await accounts.allocate([]);
    await expect(accounts.allocate([])).rejects.toMatchObject({ name: 'PortError' });
  });

  it('have one that the system knows by name', async () => {
    expect((await new Accounts(drawing()).named())?.uid).toBeGreaterThan(0);
  });
});

describe.runIf(process.getuid?.() !== 0)('the users of the clusters, for an ordinary user', () => {
  it('are that user', async () => {
    const accounts = new Accounts(drawing(1));
    expect(accounts.separate).toBe(false);
    expect(await accounts.allocate([])).toBeUndefined();
    expect(await accounts.named()).toBeUndefined();
  });
});
