import { beforeEach, expect, it } from 'vitest';
import { World } from '../../test/faults/world.ts';
import type { Project } from '../core/project/project.ts';
import { changeRotations, describeRotations } from '../core/project/rotations.ts';
import { rotateSecrets } from './rotate-secrets.ts';

const HOUR = 3600_000;
const DAY = 24 * HOUR;

let world: World;
let project: Project;
beforeEach(async () => {
  world = new World();
  ({ project } = await world.create());
  await world.quiet();
});

const tick = async (ms = 0) => {
  world.pass(ms);
  await rotateSecrets(world.ports);
  await world.quiet();
};
const keys = () =>
  world.cloud
    .of(project.ref)
    .secret?.signing_keys.map(({ status, private_jwk }) =>
      private_jwk === undefined ? `jwt secret ${status}` : status,
    );
const steps = async () => {
  const described = await describeRotations(project, world.ports);
  return described.ok ? described.value.map(({ step }) => step) : described.error;
};

it('replaces a signing key only when everybody knows the next one, and revokes it when its tokens are over', async () => {
  await changeRotations(project, { signing_key: 30 }, world.actor, world.ports);
  await tick();
  expect(keys()).toEqual(['jwt secret in_use', 'standby']);
  await tick(HOUR / 2);
  expect(keys()).toEqual(['jwt secret in_use', 'standby']);
  await tick(HOUR);
  expect(keys()).toEqual(['jwt secret previously_used', 'in_use']);
  await tick(29 * DAY);
  expect(keys()).toEqual(['jwt secret previously_used', 'in_use']);
  await tick(DAY);
  await tick(2 * HOUR);
  expect(keys()).toEqual(['jwt secret previously_used', 'previously_used', 'in_use']);
  await tick(7 * DAY);
  expect(keys()).toEqual(['jwt secret previously_used', 'previously_used', 'in_use']);
  await tick(2 * HOUR);
  expect(keys()).toEqual(['jwt secret previously_used', 'revoked', 'in_use']);
  await tick(DAY);
  expect(keys()).toEqual(['jwt secret previously_used', 'in_use']);
});

it('replaces the password of the database and notes when', async () => {
  await changeRotations(project, { database_password: 7 }, world.actor, world.ports);
  const before = world.cloud.of(project.ref).secret?.db_password;
  await tick(6 * DAY);
  expect(world.cloud.of(project.ref).secret?.db_password).toBe(before);
  world.pass(DAY);
  expect(await steps()).toEqual(['rest', 'replace']);
  await tick();
  const { database, secret } = world.cloud.of(project.ref);
  expect(secret?.db_password).not.toBe(before);
  expect(database?.ownerPassword).toBe(secret?.db_password);
  await tick();
  expect(world.cloud.of(project.ref).secret?.db_password).toBe(secret?.db_password);
  expect(await steps()).toEqual(['rest', 'rest']);
});

it('leaves alone what nobody asked it to replace, and forgets a project that is gone', async () => {
  const before = world.cloud.of(project.ref).secret;
  await tick(365 * DAY);
  expect(world.cloud.of(project.ref).secret).toEqual(before);
});
