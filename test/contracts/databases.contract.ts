import { describe, expect, it } from 'vitest';
import { databaseIs, readyDatabase, type PortsOf } from './project-ports.ts';
import { newSecret, newStack, withPostgres } from './stack-fixture.ts';

/** The life of a database, for every driver of the Databases port; what SQL does in it is `queriesContract`'s. */
export function databasesContract(name: string, ports: PortsOf<'databases' | 'secrets'>): void {
  describe(`${name} as Databases`, () => {
    it('has none of a project that was never created', async () => {
      expect(await ports().databases.state(newStack())).toBe('absent');
    });

    it('makes one that becomes available, and makes it once', async () => {
      const stack = newStack();
      const { databases } = ports();
      await Promise.all([databases.create(stack), databases.create(stack)]);
      await databases.create(stack);
      await databaseIs(ports, stack, 'available');
      await databases.create(stack);
      expect(await databases.state(stack)).toBe('available');
      await databases.delete(stack);
    });

    it('sets it up as often as it is told to', async () => {
      const stack = newStack();
      await readyDatabase(ports, stack);
      const { databases } = ports();
      await databases.bootstrap(stack, newSecret(stack));
      expect(await databases.state(stack)).toBe('available');
      await databases.delete(stack);
    });

    it('takes another password of its owner’s, whichever it had, and no longer the old one', async () => {
      const stack = newStack();
      await readyDatabase(ports, stack);
      const { databases, secrets } = ports();
      const password = "pässwörd 'quoted' \\ $1";
      await databases.setPassword(stack, 'lost');
      await databases.setPassword(stack, password);
      const query = () =>
        databases.query(stack.ref, { sql: 'select 1 as one', parameters: [], readOnly: false });
      await expect(query()).rejects.toMatchObject({ name: 'PortError' });
      await secrets.revise(stack, (secret) => ({ ...secret, db_password: password }));
      expect(await query()).toEqual({ ok: true, value: [{ one: 1 }] });
      await databases.delete(stack);
      await secrets.delete(stack.ref);
    });

    it('stops and starts it, each as often as it is told to', async () => {
      const stack = newStack();
      await readyDatabase(ports, stack);
      const { databases } = ports();
      await databases.stop(stack);
      await databases.stop(stack);
      await databaseIs(ports, stack, 'stopped');
      await databases.start(stack);
      await databases.start(stack);
      await databaseIs(ports, stack, 'available');
      await databases.delete(stack);
    });

    it('finishes a creation that was cut short when it is told to create again', async () => {
      const stack = newStack();
      await readyDatabase(ports, stack);
      const { databases } = ports();
      await databases.stop(stack);
      await databaseIs(ports, stack, 'stopped');
      await databases.create(stack);
      await databaseIs(ports, stack, 'available');
      await databases.delete(stack);
    });

    it.each(['available', 'stopped'] as const)(
      'deletes one that is %s, and may be told again',
      async (state) => {
        const stack = newStack();
        await readyDatabase(ports, stack);
        const { databases } = ports();
        if (state === 'stopped') await databases.stop(stack);
        await databaseIs(ports, stack, state);
        await databases.delete(stack);
        await databaseIs(ports, stack, 'absent');
        await databases.delete(stack);
        expect(await databases.state(stack)).toBe('absent');
      },
    );

    it('takes an order to delete or stop what was never there', async () => {
      const stack = newStack();
      await ports().databases.delete(stack);
      await ports().databases.stop(stack);
      expect(await ports().databases.state(stack)).toBe('absent');
    });

    it('takes a setting, keeps it over a stop, and gives it back', async () => {
      const stack = newStack();
      await readyDatabase(ports, stack);
      const { databases } = ports();
      const configured = withPostgres(stack, { statement_timeout: '77s' });
      expect(await databases.configure(configured, { restart: false })).toEqual({ ok: true });
      expect(await databases.configure(configured, { restart: false })).toEqual({ ok: true });
      await databases.stop(stack);
      await databaseIs(ports, stack, 'stopped');
      await databases.start(stack);
      await databaseIs(ports, stack, 'available');
      expect(await databases.configure(stack, { restart: true })).toEqual({ ok: true });
      expect(await databases.state(stack)).toBe('available');
      await databases.delete(stack);
    });

    it('says what it does not take, and runs on', async () => {
      const stack = newStack();
      await readyDatabase(ports, stack);
      const { databases } = ports();
      const refused = await databases.configure(withPostgres(stack, { work_mem: '999TB' }), {
        restart: true,
      });
      expect(refused).toMatchObject({ ok: false, error: { code: 'configuration_refused' } });
      await databaseIs(ports, stack, 'available');
      await databases.delete(stack);
    });

    it.each(['start', 'bootstrap'] as const)('refuses to %s what is not there', async (order) => {
      const stack = newStack();
      const { databases } = ports();
      const given = order === 'start' ? databases.start(stack) : databases.bootstrap(stack, newSecret(stack));
      await expect(given).rejects.toMatchObject({ name: expect.stringMatching(/^(Transient|Port)Error$/) });
      expect(await databases.state(stack)).toBe('absent');
    });

    it('leaves the database of another project alone', async () => {
      const [kept, deleted] = [newStack(), newStack()];
      await readyDatabase(ports, kept);
      await readyDatabase(ports, deleted);
      const { databases } = ports();
      await databases.stop(deleted);
      await databases.delete(deleted);
      expect(await databases.state(kept)).toBe('available');
      await databases.delete(kept);
    });
  });
}
