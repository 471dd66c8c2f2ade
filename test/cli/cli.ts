import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What npm installs as `supabase`: it starts the program that is made for this machine. */
const PROGRAM = fileURLToPath(import.meta.resolve('supabase/dist/supabase.js'));

/** No command that the tests run takes as long. */
const PATIENCE_MS = 120_000;

export interface CliOptions {
  /** The state directory of the cloud: its profile says where the API is. */
  readonly home: string;
  /** In the place of the address that the profile has. */
  readonly apiUrl?: string;
  readonly token: string;
  /** Where it runs: a folder with or without `supabase/`. */
  readonly cwd: string;
  /** Beside what it always gets. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the official CLI as a person would who has nothing but a profile file and a token. */
export async function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const { home, apiUrl, token, cwd, env = {}, stdin = '' } = options;
  // Its own home: it keeps tokens, caches and telemetry there.
  const own = mkdtempSync(join(tmpdir(), 'supabase-cli-'));
  const profile = readFileSync(join(home, 'supabase-profile.yaml'), 'utf8');
  const path = join(own, 'profile.yaml');
  writeFileSync(
    path,
    apiUrl === undefined ? profile : profile.replace(/^api_url: .*$/m, `api_url: ${apiUrl}`),
  );
  try {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: own,
        SUPABASE_PROFILE: path,
        SUPABASE_ACCESS_TOKEN: token,
        SUPABASE_YES: 'true',
        SUPABASE_TELEMETRY_DISABLED: '1',
        DO_NOT_TRACK: '1',
        NO_COLOR: '1',
        CI: '1',
        ...env,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdin.end(stdin);
    const { promise, resolve, reject } = Promise.withResolvers<number | null>();
    child.once('error', reject);
    child.once('close', resolve);
    return { code: await promise, stdout, stderr };
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}
