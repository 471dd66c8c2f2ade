import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { supabaseAdmin } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { type ImageFolder, makeImageFolder } from './image.ts';
import { type GroupOutcome, GROUPS, tryEverything } from './methods/groups.ts';
import { startProject } from './running-project.ts';

const Address = z.object({ port: z.number() });

/** Postgres on a port of this machine, as a task finds it on the network. */
async function onPort(socket: string): Promise<string> {
  const server = createServer((client) => {
    const backend = connect(`${socket}/.s.PGSQL.5432`);
    client.on('error', () => backend.destroy()).pipe(backend);
    backend.on('error', () => client.destroy()).pipe(client);
  });
  server.unref();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return String(Address.parse(server.address()).port);
}

/** With the image's source, packages, command, limits and environment, as nobody, over TCP alone; without Docker. */
describe.runIf(postgresAvailable)('what the image runs', () => {
  let image: ImageFolder;
  let results: GroupOutcome[];
  const files = mkdtempSync(join(tmpdir(), 'image-files-'));

  beforeAll(async () => {
    image = makeImageFolder();
    chmodSync(files, 0o777);
    results = await tryEverything((settings) =>
      startProject(supabaseAdmin, { STORAGE_PATH: files, ...settings }, {}, async (all) => {
        chmodSync(all['MAILER_OUTBOX'] ?? '', 0o777);
        const POSTGRES_PORT = await onPort(all['POSTGRES_HOST'] ?? '');
        return image.run({ ...all, POSTGRES_HOST: '127.0.0.1', POSTGRES_PORT });
      }),
    );
  }, 240_000);

  afterAll(() => {
    image[Symbol.dispose]();
    rmSync(files, { recursive: true, force: true });
  });

  test.each(GROUPS.map(({ client, names }) => [client, names] as const))(
    'serves each method of %s as everywhere else',
    (client, names) => {
      const outcomes = results.find((result) => result.client === client)?.outcomes ?? [];
      expect(outcomes.map(({ name }) => name)).toEqual(names);
      expect(outcomes.filter(({ outcome }) => outcome === 'fails')).toEqual([]);
    },
  );
});
