import { computeContract } from './compute.contract.ts';
import { databasesContract } from './databases.contract.ts';
import { functionFilesContract } from './function-files.contract.ts';
import { hostnamesContract } from './hostnames.contract.ts';
import { inventoryContract } from './inventory.contract.ts';
import { notifierContract } from './notifier.contract.ts';
import type { PortsOf, ProjectPortsUnderTest } from './project-ports.ts';
import { secretsContract } from './secrets.contract.ts';

/** Every suite that a target has to hold, with a real Postgres or without. */
export function projectPortsContract(name: string, ports: PortsOf<keyof ProjectPortsUnderTest>): void {
  secretsContract(name, ports);
  notifierContract(name, ports);
  functionFilesContract(name, ports);
  databasesContract(name, ports);
  computeContract(name, ports);
  hostnamesContract(name, ports);
  inventoryContract(name, ports);
}
