import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const bin = (name: string) => join(ROOT, 'node_modules', '.bin', name);

/** SST asks nobody anything, and nothing here reaches an account. */
const env = {
  ...process.env,
  AWS_EC2_METADATA_DISABLED: 'true',
  SST_NO_BUN: '1',
  SST_SKIP_DEPENDENCY_CHECK: '1',
  SST_STAGE: 'ci',
  SST_TELEMETRY_DISABLED: '1',
};

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { cwd: ROOT, env, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function versionIn(file: string): string | undefined {
  try {
    return readFileSync(join(ROOT, file), 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** SST's components come from the npm registry, 320 MB in about a minute: once for each version. */
function installPlatform(): void {
  const manifest: unknown = JSON.parse(versionIn('node_modules/sst/package.json') ?? '{}');
  const { version } = z.object({ version: z.string() }).parse(manifest);
  if (versionIn('.sst/platform/version') !== version) run(bin('sst'), ['install']);
}

/** The components are TypeScript, too, and of looser habits than ours: what is said of them is passed over. */
function checkTypes(): void {
  const { stdout } = spawnSync(bin('tsc'), ['--noEmit', '-p', 'tsconfig.sst.json'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const ours = stdout.split('\n').filter((line) => /^\S/.test(line) && !line.startsWith('.sst/'));
  if (ours.length === 0) return;
  console.error(ours.join('\n'));
  process.exit(1);
}

installPlatform();
// What takes the network, ahead of the tests.
if (process.argv.includes('--install')) process.exit();
checkTypes();
run(bin('vitest'), ['run', '--config', 'test/sst/vitest.config.ts', ...process.argv.slice(2)]);
