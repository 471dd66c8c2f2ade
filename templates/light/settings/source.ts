import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

type Source = { settings: Readonly<Record<string, unknown>>; supervisorGone: Promise<void> };
export type SourceResult = { ok: true; source: Source } | { ok: false; problem: string };

/**
 * With CONFIG_FROM=stdin the settings come as one JSON line, so that secrets are neither in the arguments nor in
 * the environment; the end of stdin then means that the supervisor is gone.
 */
export async function readSource(
  env: Readonly<Record<string, string | undefined>>,
  stdin: Readable,
): Promise<SourceResult> {
  if (env['CONFIG_FROM'] !== 'stdin')
    return { ok: true, source: { settings: env, supervisorGone: new Promise(() => {}) } };
  const lines = createInterface({ input: stdin });
  const ended = new Promise<void>((resolve) => lines.once('close', resolve));
  const first = new Promise<string>((resolve) => lines.once('line', resolve));
  const line = await Promise.race([first, ended]);
  if (typeof line !== 'string')
    return { ok: false, problem: 'stdin ended before a configuration line came.' };
  const given = parseObject(line);
  if (given === undefined) return { ok: false, problem: 'The first line of stdin is not a JSON object.' };
  return { ok: true, source: { settings: { ...env, ...given }, supervisorGone: ended } };
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
