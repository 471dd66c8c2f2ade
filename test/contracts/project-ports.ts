import { expect, vi } from 'vitest';
import type { Backups } from '../../functions/core/project/backups.port.ts';
import type { Copies } from '../../functions/core/project/copies.port.ts';
import type { Compute } from '../../functions/core/project/compute.port.ts';
import type { Databases } from '../../functions/core/project/databases.port.ts';
import type { FunctionFiles } from '../../functions/core/project/function-files.port.ts';
import type { Hostnames } from '../../functions/core/project/hostnames.port.ts';
import type { Inventory } from '../../functions/core/project/inventory.port.ts';
import type { Mail, Notifier } from '../../functions/core/kernel/notifier.port.ts';
import type { Objects } from '../../functions/core/project/objects.port.ts';
import type { Routes } from '../../functions/core/project/routes.port.ts';
import type { Secrets } from '../../functions/core/project/secrets.port.ts';
import type { Stack } from '../../functions/core/project/stack.ts';
import { newSecret } from './stack-fixture.ts';

/** The drivers of one target, as its contract suites get them. */
export interface ProjectPortsUnderTest {
  readonly databases: Databases;
  readonly backups: Backups;
  readonly copies: Copies;
  readonly compute: Compute;
  readonly routes: Routes;
  readonly hostnames: Hostnames;
  readonly objects: Objects;
  readonly functionFiles: FunctionFiles;
  readonly secrets: Secrets;
  readonly inventory: Inventory;
  readonly notifier: Notifier;
  /** What has been handed over for delivery, in any order. */
  sent(): Promise<readonly Mail[]>;
}

/** Called when a test runs: the drivers are started once for a whole file. */
export type PortsOf<Names extends keyof ProjectPortsUnderTest> = () => Pick<ProjectPortsUnderTest, Names>;

/** How long a driver may take for what its port only begins. */
const PATIENCE = { timeout: 60_000, interval: 20 } as const;

export function eventually(expectation: () => Promise<void>): Promise<void> {
  return vi.waitFor(expectation, PATIENCE);
}

/** A project with its secret kept and its database ready for the services. */
export async function readyDatabase(ports: PortsOf<'databases' | 'secrets'>, stack: Stack): Promise<void> {
  const { databases, secrets } = ports();
  const secret = await secrets.create(stack, newSecret(stack));
  await databases.create(stack);
  await databaseIs(ports, stack, 'available');
  await databases.bootstrap(stack, secret);
}

export function databaseIs(
  ports: PortsOf<'databases'>,
  stack: Stack,
  state: Awaited<ReturnType<Databases['state']>>,
): Promise<void> {
  return eventually(async () => expect(await ports().databases.state(stack)).toBe(state));
}

/** Deletes all there is of a project, in the order of the workflow. */
export async function removeProject(
  ports: PortsOf<'routes' | 'compute' | 'databases' | 'objects' | 'secrets'>,
  stack: Stack,
): Promise<void> {
  const { routes, compute, databases, objects, secrets } = ports();
  await routes.retract(stack);
  await compute.stop(stack);
  await compute.delete(stack);
  await databases.delete(stack);
  await databaseIs(ports, stack, 'absent');
  await objects.delete(stack);
  await secrets.delete(stack.ref);
}
