import { describe, expect, it } from 'vitest';
import { databaseIs, eventually, readyDatabase, type PortsOf } from './project-ports.ts';
import { newSecret, newStack } from './stack-fixture.ts';

/** For every driver of the Copies port; what is in a copy of rows is local-copies.test.ts's. */
export function copiesContract(name: string, ports: PortsOf<'copies' | 'databases' | 'secrets'>): void {
  describe(`${name} as Copies`, () => {
    it('makes a copy once, which is another’s from then on, and leaves the original as it is', async () => {
      const [from, to] = [newStack(), newStack()];
      const { copies, databases, secrets } = ports();
      await readyDatabase(ports, from);
      const secret = await secrets.create(to, newSecret(to));
      await eventually(async () => expect(await copies.database(to, from)).toBe(true));
      expect(await copies.database(to, from)).toBe(true);
      await databases.create(to);
      await databaseIs(ports, to, 'available');
      await databases.bootstrap(to, secret);
      await eventually(async () => expect(await copies.files(to, from)).toBe(true));
      expect(await copies.files(to, from)).toBe(true);
      const ask = (ref: typeof to.ref) =>
        databases.query(ref, { sql: 'select 1 as one', parameters: [], readOnly: false });
      for (const { ref } of [from, to]) expect(await ask(ref)).toEqual({ ok: true, value: [{ one: 1 }] });
      await databases.delete(from);
      expect(await ask(to.ref)).toEqual({ ok: true, value: [{ one: 1 }] });
      await databases.delete(to);
      for (const { ref } of [from, to]) await secrets.delete(ref);
    }, 60_000);
  });
}
