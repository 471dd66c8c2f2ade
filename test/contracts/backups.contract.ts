import { describe, expect, it } from 'vitest';
import { databaseIs, eventually, readyDatabase, type PortsOf } from './project-ports.ts';
import { newStack } from './stack-fixture.ts';

/** For every driver of the Backups port that refuses none; what is in a backup of rows is local-backups.test.ts's. */
export function backupsContract(name: string, ports: PortsOf<'backups' | 'databases' | 'secrets'>): void {
  describe(`${name} as Backups`, () => {
    it('takes backups, each once, and puts the database back to one as often as it is told to', async () => {
      const stack = newStack();
      const { backups, databases } = ports();
      expect(await backups.refusal(stack)).toBe(undefined);
      expect(await backups.list(stack)).toEqual([]);
      await readyDatabase(ports, stack);
      const [first, second, recovery] = [1_700_000_000_000, 1_700_000_000_001, 1_700_000_000_002];
      await backups.take(stack, { id: first, name: 'first' });
      await backups.take(stack, { id: first, name: 'first' });
      await backups.take(stack, { id: second, name: null });
      expect((await backups.list(stack)).toSorted((a, b) => a.id - b.id)).toMatchObject([
        { id: first, name: 'first', continuous: true, completed: expect.any(Date) },
        { id: second, name: null, continuous: true },
      ]);
      await databases.setPassword(stack, 'changed since');
      const query = () => databases.query(stack.ref, { sql: 'select 1 as one', readOnly: false });
      await expect(query()).rejects.toMatchObject({ name: 'PortError' });
      const wanted = { id: recovery, backup: first, until: null };
      await eventually(async () => expect(await backups.recover(stack, wanted)).toBe(true));
      expect(await backups.recover(stack, wanted)).toBe(true);
      await databases.start(stack);
      await databaseIs(ports, stack, 'available');
      expect(await query()).toEqual({ ok: true, value: [{ one: 1 }] });
      const there = await backups.list(stack);
      expect(there.find(({ id }) => id === recovery)).toMatchObject({ name: null, continuous: false });
      expect(there.find(({ id }) => id === first)).toMatchObject({ continuous: false });
      await backups.drop(stack, [first, second]);
      await backups.drop(stack, [first, second]);
      expect((await backups.list(stack)).map(({ id }) => id)).toEqual([recovery]);
      await databases.delete(stack);
      expect(await backups.list(stack)).toEqual([]);
    }, 60_000);

    it('leaves the database as it is where there is no such backup', async () => {
      const stack = newStack();
      const { backups, databases } = ports();
      await readyDatabase(ports, stack);
      await expect(backups.recover(stack, { id: 2, backup: 1, until: null })).rejects.toMatchObject({
        name: 'PortError',
      });
      await databases.start(stack);
      await databaseIs(ports, stack, 'available');
      await databases.delete(stack);
    });
  });
}
