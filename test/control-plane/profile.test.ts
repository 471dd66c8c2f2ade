import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../infra/control-plane/write-profile.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'profile-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: readonly string[]) =>
  promisify(execFile)(process.execPath, [SCRIPT, ...args], { cwd: folder });

it('writes the profile of an installation for the official CLI', async () => {
  await run('https://api.example.com/', 'example.com');
  expect(readFileSync(join(folder, 'supabase-profile.yaml'), 'utf8')).toBe(
    'name: baseplane\napi_url: https://api.example.com\ndashboard_url: https://api.example.com\nproject_host: example.com\n',
  );
});

it.each([[[]], [['api.example.com', 'example.com']], [['https://api.example.com', 'https://example.com']]])(
  'says how it is called where it is called with %o',
  async (args) => {
    await expect(run(...args)).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('usage:') });
  },
);
