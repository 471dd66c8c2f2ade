import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Cloud, type Keys } from '../local/cloud.ts';
import { type CliResult, runCli } from './cli.ts';
import { FunctionsFolder } from './functions-folder.ts';

let cloud: Cloud;
let first: { ref: string; keys: Keys };

beforeAll(async () => {
  cloud = await Cloud.start();
  first = await cloud.healthy('first');
});
afterAll(() => cloud.destroy());

const cli = (folder: FunctionsFolder, ref: string, ...args: readonly string[]): Promise<CliResult> =>
  runCli([...args, `--remote=${ref}`], {
    home: cloud.home,
    token: cloud.local.access_token,
    cwd: folder.path,
  });

/** Exit code 0, or why not. */
async function succeeds(running: Promise<CliResult>): Promise<CliResult> {
  const result = await running;
  expect(result.code, `${result.stdout}\n${result.stderr}`).toBe(0);
  return result;
}

const invoke = ({ ref, keys }: { ref: string; keys: Keys }, name: string, options = {}) =>
  cloud.client(ref, keys.anon).functions.invoke(name, options);

const listed = z.array(z.object({ slug: z.string(), version: z.number(), verify_jwt: z.boolean() }));

describe('the official CLI', () => {
  it('deploys functions that are then called, with shared files, an import map and static files', async () => {
    using folder = new FunctionsFolder(`
      [functions.hello]
      static_files = ["./functions/hello/*.txt"]
    `);
    folder.fn(
      'hello',
      `import { greet } from '../_shared/greet.ts';
       import { name } from '@own/name';
       Deno.serve(async () => Response.json({
         greeting: greet(name),
         file: await Deno.readTextFile(new URL('./note.txt', import.meta.url)),
       }));`,
    );
    folder.write(
      'supabase/functions/_shared/greet.ts',
      'export const greet = (name: string) => `Hello ${name}`;',
    );
    folder.write('supabase/functions/hello/name.ts', `export const name = 'Ada';`);
    folder.write('supabase/functions/hello/deno.json', '{ "imports": { "@own/name": "./name.ts" } }');
    folder.write('supabase/functions/hello/note.txt', 'a note');
    await succeeds(cli(folder, first.ref, 'functions', 'deploy', 'hello', '--use-api'));
    expect(await invoke(first, 'hello')).toMatchObject({
      error: null,
      data: { greeting: 'Hello Ada', file: 'a note' },
    });
    const { stdout } = await succeeds(cli(folder, first.ref, 'functions', 'list', '--output=json'));
    expect(listed.parse(JSON.parse(stdout))).toContainEqual({ slug: 'hello', version: 1, verify_jwt: true });
    const open = await fetch(`${cloud.url}/p/${first.ref}/functions/v1/hello`);
    expect(open.status).toBe(401);
  });
});
