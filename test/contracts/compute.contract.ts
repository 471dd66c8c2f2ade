import { afterEach, describe, expect, it } from 'vitest';
import type { Stack } from '../../functions/core/project/stack.ts';
import { eventually, readyDatabase, type PortsOf } from './project-ports.ts';
import { newSecret, newStack, withServices } from './stack-fixture.ts';

/** What every driver of the Compute port has to hold. */
export function computeContract(name: string, ports: PortsOf<'compute' | 'databases' | 'secrets'>): void {
  describe(`${name} as Compute`, () => {
    const made: Stack[] = [];
    afterEach(async () => {
      for (const stack of made.splice(0)) {
        await ports().compute.stop(stack);
        await ports().compute.delete(stack);
        await ports().databases.delete(stack);
        await ports().secrets.delete(stack.ref);
      }
    });

    const prepared = async (given: Partial<Stack> = {}): Promise<Stack> => {
      const stack = newStack(given);
      made.push(stack);
      await readyDatabase(ports, stack);
      await ports().compute.prepare(stack);
      return stack;
    };
    const deploy = async (stack: Stack): Promise<void> => {
      const secret = await ports().secrets.read(stack.ref);
      await ports().compute.deploy(stack, secret ?? newSecret(stack));
    };
    const runs = (stack: Stack) =>
      eventually(async () => {
        const health = await ports().compute.health(stack);
        expect(health.map(({ name: service, status }) => [service, status])).toEqual([
          ['rest', 'ACTIVE_HEALTHY'],
          ['auth', 'ACTIVE_HEALTHY'],
        ]);
      });
    const ended = async (stack: Stack) => expect(await ports().compute.health(stack)).toEqual([]);

    it('has no health of what was never deployed', async () => {
      await ended(newStack());
    });

    it('brings every service up, and once', async () => {
      const stack = await prepared();
      await ports().compute.prepare(stack);
      await Promise.all([deploy(stack), deploy(stack)]);
      await runs(stack);
      await deploy(stack);
      await runs(stack);
    });

    it('runs nothing for a template that has only a database', async () => {
      const stack = withServices(await prepared(), ['db']);
      await deploy(stack);
      await ended(stack);
      await ports().compute.promote(stack);
      await ports().compute.stop(stack);
    });

    it('lets one generation take over from another', async () => {
      const first = await prepared();
      const second = { ...first, generation: 2 };
      await deploy(first);
      await runs(first);
      await ports().compute.promote(first);
      await deploy(second);
      await runs(second);
      await runs(first);
      await ports().compute.promote(second);
      await ports().compute.retireOthers(second);
      await ports().compute.retireOthers(second);
      await runs(second);
      await ended(first);
    });

    it('ends the new generation alone when it is not wanted after all', async () => {
      const first = await prepared();
      const second = { ...first, generation: 2 };
      const made = () => Promise.all([first, second].map((stack) => ports().compute.isMade(stack)));
      await deploy(first);
      expect(await made()).toEqual([true, false]);
      await deploy(second);
      expect(await made()).toEqual([true, true]);
      await runs(first);
      await ports().compute.retire(second);
      await ports().compute.retire(second);
      await ended(second);
      await runs(first);
      expect(await made()).toEqual([true, false]);
    });

    it('ends every generation when it is told to stop, and brings one up again', async () => {
      const first = await prepared();
      const second = { ...first, generation: 2 };
      await deploy(first);
      await deploy(second);
      await ports().compute.stop(second);
      await ports().compute.stop(second);
      await ended(first);
      await ended(second);
      await deploy(second);
      await runs(second);
    });

    it('deletes what was deployed, what was not, and may be told again', async () => {
      const stack = await prepared();
      await deploy(stack);
      await ports().compute.stop(stack);
      await ports().compute.delete(stack);
      await ports().compute.delete(stack);
      await ended(stack);
      await ports().compute.delete(newStack());
      await ports().compute.stop(newStack());
    });

    it('leaves another project alone', async () => {
      const [kept, other] = [await prepared(), await prepared()];
      await deploy(kept);
      await deploy(other);
      await runs(kept);
      await ports().compute.stop(other);
      await ports().compute.delete(other);
      await runs(kept);
    });
  });
}
