import { afterAll, beforeAll } from 'vitest';
import type { Backups } from '../../functions/core/project/backups.port.ts';
import type { Databases } from '../../functions/core/project/databases.port.ts';
import type { Secrets } from '../../functions/core/project/secrets.port.ts';
import type { Stack } from '../../functions/core/project/stack.ts';
import { backupsContract } from '../contracts/backups.contract.ts';
import { databasesContract } from '../contracts/databases.contract.ts';
import { queriesContract } from '../contracts/queries.contract.ts';
import { type AwsWorld, createWorld } from './world.ts';

let world: AwsWorld;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

/** The same drivers, asked for a cluster for each project. Deleting one goes round as in the workflow. */
function dedicated(): {
  readonly backups: Backups;
  readonly databases: Databases;
  readonly secrets: Secrets;
} {
  const { backups, databases, secrets } = world.drivers;
  const of = <T extends { readonly tier: Stack['tier'] }>(stack: T) => ({
    ...stack,
    tier: 'dedicated' as const,
  });
  return {
    databases: {
      state: (stack) => databases.state(of(stack)),
      create: (stack) => databases.create(of(stack)),
      bootstrap: (stack, secret) => databases.bootstrap(of(stack), secret),
      setPassword: (stack, password) => databases.setPassword(of(stack), password),
      configure: (stack, options) => databases.configure(of(stack), options),
      start: (stack) => databases.start(of(stack)),
      stop: (stack) => databases.stop(of(stack)),
      async delete(stack) {
        do await databases.delete(of(stack));
        while ((await databases.state(of(stack))) !== 'absent');
      },
      query: (ref, query) => databases.query(ref, query),
      grantLogin: (stack, login) => databases.grantLogin(of(stack), login),
      revokeLogins: (stack) => databases.revokeLogins(of(stack)),
      disk: (stack) => databases.disk(of(stack)),
    },
    backups: {
      refusal: (stack) => backups.refusal(of(stack)),
      list: (stack) => backups.list(of(stack)),
      take: (stack, backup) => backups.take(of(stack), backup),
      drop: (stack, ids) => backups.drop(of(stack), ids),
      recover: (stack, recovery) => backups.recover(of(stack), recovery),
    },
    secrets: {
      create: (project, secret) => secrets.create(of(project), secret),
      revise: (project, change) => secrets.revise(of(project), change),
      read: (ref) => secrets.read(ref),
      delete: (ref) => secrets.delete(ref),
    },
  };
}

databasesContract('AWS, a cluster for each project,', dedicated);
queriesContract('AWS, a cluster for each project,', dedicated);
backupsContract('AWS, a cluster for each project,', dedicated);
