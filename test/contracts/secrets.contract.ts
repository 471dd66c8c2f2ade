import { describe, expect, it } from 'vitest';
import type { ProjectSecret } from '../../functions/core/project/project-secret.ts';
import type { PortsOf } from './project-ports.ts';
import { newSecret, newStack } from './stack-fixture.ts';

/** What every driver of the Secrets port has to hold. */
export function secretsContract(name: string, ports: PortsOf<'secrets'>): void {
  describe(`${name} as Secrets`, () => {
    it('has none of a project it was never given one of', async () => {
      expect(await ports().secrets.read(newStack().ref)).toBeUndefined();
    });

    it('gives back what it was given', async () => {
      const stack = newStack();
      const secret = { ...newSecret(stack), db_password: 'pässwörd "quoted" \\ 🔑' };
      expect(await ports().secrets.create(stack, secret)).toEqual(secret);
      expect(await ports().secrets.read(stack.ref)).toEqual(secret);
      await ports().secrets.delete(stack.ref);
    });

    it('keeps the first one, whoever comes after', async () => {
      const stack = newStack();
      const [first, second] = [newSecret(stack), newSecret(stack)];
      await ports().secrets.create(stack, first);
      expect(await ports().secrets.create(stack, second)).toEqual(first);
      expect(await ports().secrets.read(stack.ref)).toEqual(first);
      await ports().secrets.delete(stack.ref);
    });

    it('lets those who create at the same time agree on one', async () => {
      const stack = newStack();
      const { secrets } = ports();
      const kept = await Promise.all([1, 2, 3, 4].map(() => secrets.create(stack, newSecret(stack))));
      expect(new Set(kept.map(({ jwt_secret }) => jwt_secret)).size).toBe(1);
      expect(await secrets.read(stack.ref)).toEqual(kept[0]);
      await secrets.delete(stack.ref);
    });

    it('changes what it has, and has none to change of a project it was never given one of', async () => {
      const stack = newStack();
      const { secrets } = ports();
      const rename = (secret: ProjectSecret) => ({
        ...secret,
        settings: { SMTP_PASS: 'pässwörd "quoted" 🔑' },
      });
      expect(await secrets.revise(stack, rename)).toBeUndefined();
      expect(await secrets.read(stack.ref)).toBeUndefined();
      const first = await secrets.create(stack, newSecret(stack));
      expect(await secrets.revise(stack, rename)).toEqual(rename(first));
      expect(await secrets.read(stack.ref)).toEqual(rename(first));
      expect(await secrets.revise(stack, (secret) => secret)).toEqual(rename(first));
      expect(await secrets.create(stack, newSecret(stack))).toEqual(rename(first));
      await secrets.delete(stack.ref);
      expect(await secrets.revise(stack, rename)).toBeUndefined();
    });

    it('loses no change of those who make theirs at the same time', async () => {
      const stack = newStack();
      const { secrets } = ports();
      const first = await secrets.create(stack, newSecret(stack));
      const names = ['A', 'B', 'C', 'D', 'E'];
      const add = (name: string) => (secret: ProjectSecret) => ({
        ...secret,
        function_secrets: { ...secret.function_secrets, [name]: name.toLowerCase() },
      });
      await Promise.all(names.map((name) => secrets.revise(stack, add(name))));
      const function_secrets = { A: 'a', B: 'b', C: 'c', D: 'd', E: 'e' };
      expect(await secrets.read(stack.ref)).toEqual({ ...first, function_secrets });
      await secrets.delete(stack.ref);
    });

    it('deletes one project’s, and may be told again', async () => {
      const [kept, deleted] = [newStack(), newStack()];
      const { secrets } = ports();
      const secret = await secrets.create(kept, newSecret(kept));
      await secrets.create(deleted, newSecret(deleted));
      await secrets.delete(deleted.ref);
      await secrets.delete(deleted.ref);
      expect(await secrets.read(deleted.ref)).toBeUndefined();
      expect(await secrets.read(kept.ref)).toEqual(secret);
      await secrets.delete(kept.ref);
    });
  });
}
