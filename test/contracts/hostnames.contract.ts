import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Stack } from '../../functions/core/project/stack.ts';
import { eventually, type PortsOf } from './project-ports.ts';
import { newStack } from './stack-fixture.ts';

/** Attaching and detaching names; that the target answers under them, its own tests show. */
export function hostnamesContract(name: string, ports: PortsOf<'hostnames' | 'inventory'>): void {
  describe(`${name} as Hostnames`, () => {
    let stack: Stack;
    let hostname: string;
    beforeEach(() => {
      stack = newStack();
      hostname = `${randomUUID()}.example.com`;
    });

    const stateIs = (state: string) =>
      eventually(async () => expect(await ports().hostnames.state(stack, hostname)).toBe(state));
    const remnants = () => ports().inventory.list(stack.ref);

    it('serves a name once it is attached, however often', async () => {
      await stateIs('absent');
      await ports().hostnames.attach(stack, hostname);
      await ports().hostnames.attach(stack, hostname);
      await stateIs('serving');
      expect(await remnants()).toHaveLength(1);
    });

    it('leaves nothing of a name that is detached, however often', async () => {
      await ports().hostnames.attach(stack, hostname);
      await ports().hostnames.detach(stack, hostname);
      await ports().hostnames.detach(stack, hostname);
      await stateIs('absent');
      expect(await remnants()).toEqual([]);
    });

    it('detaches all names of one project, and none of another', async () => {
      const other = newStack();
      await ports().hostnames.attach(other, `other-${hostname}`);
      await ports().hostnames.attach(stack, hostname);
      await ports().hostnames.attach(stack, `second-${hostname}`);
      await ports().hostnames.detachAll(stack);
      await stateIs('absent');
      expect(await remnants()).toEqual([]);
      expect(await ports().hostnames.state(other, `other-${hostname}`)).toBe('serving');
    });

    it('does not take a name from another project', async () => {
      const other = newStack();
      await ports().hostnames.attach(stack, hostname);
      await ports().hostnames.detach(other, hostname);
      await stateIs('serving');
      expect(await ports().hostnames.state(other, hostname)).toBe('absent');
    });
  });
}
