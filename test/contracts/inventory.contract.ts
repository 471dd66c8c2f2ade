import { describe, expect, it } from 'vitest';
import { readyDatabase, removeProject, type PortsOf, type ProjectPortsUnderTest } from './project-ports.ts';
import { newSecret, newStack } from './stack-fixture.ts';

/**
 * What every target's Inventory has to hold, with what its Routes and Objects do, which shows nowhere else in the
 * ports.
 */
export function inventoryContract(name: string, ports: PortsOf<keyof ProjectPortsUnderTest>): void {
  describe(`${name} as Inventory, Routes and Objects`, () => {
    const names = async (ref: ReturnType<typeof newStack>['ref']) =>
      (await ports().inventory.list(ref)).map(({ kind, name: what }) => `${kind} ${what}`);

    it('finds nothing of a project that never was', async () => {
      const { ref } = newStack();
      expect(await ports().inventory.list(ref)).toEqual([]);
      expect(await ports().inventory.refs()).not.toContain(ref);
    });

    it('finds each thing that is made of a project, and nothing once it is removed', async () => {
      const stack = newStack();
      const { compute, routes, objects, secrets, inventory } = ports();
      const seen = [new Set<string>()];
      const grows = async (work: Promise<unknown>) => {
        await work;
        const now = new Set(await names(stack.ref));
        expect(now.size).toBeGreaterThan(seen.at(-1)?.size ?? 0);
        expect(await inventory.refs()).toContain(stack.ref);
        seen.push(now);
      };
      await grows(secrets.create(stack, newSecret(stack)));
      await grows(objects.prepare(stack));
      await grows(readyDatabase(ports, stack));
      await compute.prepare(stack);
      const secret = await secrets.read(stack.ref);
      await grows(compute.deploy(stack, secret ?? newSecret(stack)));
      await compute.promote(stack);
      await grows(routes.publish(stack));

      await removeProject(ports, stack);
      expect(await inventory.list(stack.ref)).toEqual([]);
      expect(await inventory.refs()).not.toContain(stack.ref);
    });

    it('takes every order twice', async () => {
      const stack = newStack();
      const { routes, objects } = ports();
      for (let time = 0; time < 2; time += 1) {
        await routes.publish(stack);
        await objects.prepare(stack);
      }
      const twice = await names(stack.ref);
      expect(new Set(twice).size).toBe(twice.length);
      for (let time = 0; time < 2; time += 1) {
        await routes.retract(stack);
        await objects.delete(stack);
      }
      expect(await names(stack.ref)).toEqual([]);
    });

    it('tells projects apart', async () => {
      const [one, other] = [newStack(), newStack()];
      await ports().objects.prepare(one);
      await ports().objects.prepare(other);
      await ports().objects.delete(one);
      expect(await names(one.ref)).toEqual([]);
      expect(await names(other.ref)).not.toEqual([]);
      await ports().objects.delete(other);
    });
  });
}
