import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Deno's packages by platform; npm installs the one that fits, as it is no package has a script to run. */
const PACKAGES: Readonly<Record<string, string>> = {
  'darwin-arm64': '@deno/darwin-arm64',
  'darwin-x64': '@deno/darwin-x64',
  'linux-arm64': '@deno/linux-arm64-glibc',
  'linux-x64': '@deno/linux-x64-glibc',
};

/** The program that runs functions, or undefined where npm has none for this machine. */
export function findDeno(): string | undefined {
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  if (name === undefined) return undefined;
  return createRequire(import.meta.url)
    .resolve.paths(name)
    ?.map((folder) => join(folder, name, 'deno'))
    .find((program) => existsSync(program));
}
