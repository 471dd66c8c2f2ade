import { afterAll, beforeAll } from 'vitest';
import { projectPortsContract } from '../contracts/project-ports.contract.ts';
import { type AwsWorld, createWorld } from './world.ts';

let world: AwsWorld;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

projectPortsContract('AWS', () => ({ ...world.drivers, sent: () => Promise.resolve(world.sent) }));
