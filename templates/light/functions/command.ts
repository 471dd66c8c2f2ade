import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Deployment } from './deployments.ts';
import type { Release } from './release.ts';

const SANDBOX = fileURLToPath(new URL('sandbox/main.ts', import.meta.url));

/** Where machines of a cloud hand out their own credentials, to whoever asks from there. */
const CREDENTIAL_SERVERS = [
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '[fd00:ec2::254]',
  '[fd00:ec2::23]',
];

export interface Placement {
  readonly release: Release;
  /** Of this process alone; holds its socket and its temporary files. */
  readonly folder: string;
  /** Where Deno keeps modules it has fetched and compiled. */
  readonly cache: string;
}

export interface Command {
  /** What the process list shows; under the folder of the functions, where a supervisor looks for what is left. */
  readonly argv0: string;
  readonly args: readonly string[];
  /** All of its environment. Secrets are not part of it: they come over stdin, where no loader reads them. */
  readonly env: Readonly<Record<string, string>>;
}

export const socketIn = (folder: string): string => join(folder, 'socket');
export const temporaryIn = (folder: string): string => join(folder, 'tmp');

/** How Deno is started for a function: the network, its own files, and nothing else of the machine. */
export function denoCommand(
  deployment: Deployment,
  { release, folder, cache }: Placement,
  options: { readonly memoryMb: number; readonly origin: string },
): Command {
  const own = [socketIn(folder), temporaryIn(folder)];
  return {
    // Deno takes some names for a wish to be another program, so the last part is fixed.
    argv0: join(deployment.source, '..', 'deno'),
    args: [
      'run',
      '--quiet',
      '--no-prompt',
      '--no-lock',
      '--node-modules-dir=none',
      // A request's signal aborts when its client is gone, and not after each response.
      '--unstable-no-legacy-abort',
      ...moduleMap(release.importMap),
      `--v8-flags=--max-old-space-size=${options.memoryMb}`,
      '--allow-net',
      `--deny-net=${CREDENTIAL_SERVERS.join(',')}`,
      '--allow-import',
      `--deny-import=${CREDENTIAL_SERVERS.join(',')}`,
      // The environment holds only what is meant for the function, and packages read names of theirs in it.
      '--allow-env',
      // The one that Supabase's workers may ask for too.
      '--allow-sys=hostname',
      // Packages read files of their own; what else Deno keeps there is other functions', compiled.
      `--allow-read=${paths([release.source, join(cache, 'npm'), ...own])}`,
      `--allow-write=${paths(own)}`,
      SANDBOX,
      socketIn(folder),
      pathToFileURL(release.entrypoint).href,
      options.origin,
    ],
    env: {
      DENO_DIR: cache,
      DENO_NO_PACKAGE_JSON: '1',
      DENO_NO_UPDATE_CHECK: '1',
      // The certificates that the machine trusts beside the public ones: a proxy's, or the local cloud's own.
      DENO_TLS_CA_STORE: 'mozilla,system',
      NO_COLOR: '1',
      TMPDIR: temporaryIn(folder),
    },
  };
}

function moduleMap(importMap: string | undefined): readonly string[] {
  if (importMap === undefined) return ['--no-config'];
  return /^deno\.jsonc?$/.test(basename(importMap))
    ? [`--config=${importMap}`]
    : ['--no-config', `--import-map=${importMap}`];
}

/** A comma separates the paths of a permission; two stand for one in a path. */
function paths(list: readonly string[]): string {
  return list.map((path) => path.replaceAll(',', ',,')).join(',');
}
