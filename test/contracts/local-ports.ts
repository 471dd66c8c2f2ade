import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createLocalDrivers,
  type LocalDrivers,
  type LocalOptions,
} from '../../functions/drivers/local/local-drivers.ts';
import { databaseScripts } from '../../templates/database/scripts.ts';
import { lightEnvironment } from '../../templates/settings/light.ts';
import { statementsOf } from '../../templates/database/statements.ts';
import { keepMade, newHome } from '../made-once.ts';
import type { ProjectPortsUnderTest } from './project-ports.ts';
import { clock, random } from './stack-fixture.ts';

export interface LocalPorts extends LocalDrivers {
  readonly home: string;
  readonly logged: readonly string[];
  /** Shuts down and deletes every project, so that the next drivers on the same home find its template and no more. */
  reset(): Promise<void>;
  /** Shuts down and deletes the home. */
  remove(): Promise<void>;
}

/** The local drivers with the real templates, not started. */
export async function localPorts(given: Partial<LocalOptions> = {}): Promise<LocalPorts> {
  const home = given.home ?? newHome();
  const logged: string[] = [];
  const drivers = await createLocalDrivers({
    home,
    elsewhere: join(home, 'elsewhere'),
    temporary: tmpdir(),
    node: fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url)),
    lightMain: fileURLToPath(new URL('../../templates/light/main.ts', import.meta.url)),
    scripts: {
      of: (packs) => databaseScripts((['base', 'light'] as const).filter((pack) => packs.includes(pack))),
      statementsOf,
      prepared: ['base', 'light'],
      serviceRoles: [
        'authenticator',
        'supabase_auth_admin',
        'supabase_storage_admin',
        'light_user',
        'light_service',
        'light_meta',
      ],
    },
    pool: { floor: 0, ceiling: 0 },
    urlOf: (ref) => `http://${ref}.localhost:8000`,
    ownUrlOf: (ref) => `http://${ref}.localhost:8000`,
    environmentOf: lightEnvironment,
    sender: 'Baseplane <noreply@localhost>',
    clock,
    random,
    log: (level, message, fields) => logged.push(JSON.stringify({ level, message, ...fields })),
    ...given,
  });
  return {
    ...drivers,
    home,
    logged,
    async start() {
      await drivers.start();
      keepMade(drivers.root);
    },
    async reset() {
      await drivers.shutdown();
      for (const name of ['clusters', 'pool', 'projects', 'secrets', 'objects', 'functions']) {
        rmSync(join(drivers.root, name), { recursive: true, force: true });
      }
    },
    async remove() {
      await drivers.shutdown();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export function underTest(drivers: LocalPorts): ProjectPortsUnderTest {
  return { ...drivers, sent: () => drivers.notifier.list(1000) };
}
