import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * Runs one of our programs with the Node that the repository brings. What the programs use must not get into the code
 * that SST makes of its configuration: the CDK is 65 MB, and esbuild looks for its binary beside itself.
 */
export function runProgram(program: string, args: readonly string[]): string {
  const root = $cli.paths.root;
  return execFileSync(join(root, 'node_modules', 'node', 'bin', 'node'), [join(root, program), ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
