import { afterAll, beforeAll } from 'vitest';
import { backupsContract } from './backups.contract.ts';
import { localPorts, underTest, type LocalPorts } from './local-ports.ts';
import { projectPortsContract } from './project-ports.contract.ts';
import { queriesContract } from './queries.contract.ts';

let drivers: LocalPorts;
beforeAll(async () => {
  drivers = await localPorts();
  await drivers.start();
});
afterAll(() => drivers.remove());

projectPortsContract('the local target', () => underTest(drivers));
backupsContract('the local target', () => underTest(drivers));
queriesContract('the local target', () => underTest(drivers));
