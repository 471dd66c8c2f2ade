import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { installEmulators, startEmulators } from './emulators.ts';

/** Nothing here may reach an account: no metadata service, and credentials that are none. */
const env: NodeJS.ProcessEnv = {
  ...process.env,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_ACCESS_KEY_ID: 'testing',
  AWS_SECRET_ACCESS_KEY: 'testing',
  AWS_REGION: 'eu-central-1',
  AWS_DEFAULT_REGION: 'eu-central-1',
};

const VITEST = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));

const bin = await installEmulators();
// What takes the network, ahead of the tests.
if (process.argv.includes('--install')) process.exit();
const emulators = await startEmulators(bin, env);
try {
  const args = [VITEST, 'run', '--config', 'test/aws/vitest.config.ts', ...process.argv.slice(2)];
  const tests = spawn(process.execPath, args, {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...env, ...emulators.addresses },
    stdio: 'inherit',
  });
  const [code] = await once(tests, 'exit');
  process.exitCode = typeof code === 'number' ? code : 1;
} finally {
  await emulators.stop();
}
