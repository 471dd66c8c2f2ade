import { PortError, TransientError } from '../../core/kernel/errors.ts';

/** SQLite's primary result codes: https://www.sqlite.org/rescode.html */
const BUSY = 5;
const LOCKED = 6;
const REFUSALS: { readonly [code: number]: readonly [message: string, suggestion: string] } = {
  8: ['cannot be written to', 'Let the user that starts the server write to it.'],
  10: ['cannot be read or written: the disk reports an error', 'Check the disk.'],
  11: ['is damaged', 'Restore it from a copy, or delete it to start over.'],
  13: ['cannot grow: the disk is full', 'Free some space.'],
  14: ['cannot be opened', 'Check that its folder is there and may be written to.'],
  26: ['is no SQLite database', 'Move it away, or name another state directory.'],
};

function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined;
  return error.errcode % 256;
}

export function isBusy(error: unknown): boolean {
  const code = primaryCode(error);
  return code === BUSY || code === LOCKED;
}

export function translateSqliteError(error: unknown, path: string): unknown {
  if (isBusy(error)) return new TransientError(`${path} is locked by another process.`, { cause: error });
  const refusal = REFUSALS[primaryCode(error) ?? -1];
  if (!refusal) return error;
  return new PortError(`${path} ${refusal[0]}.`, { suggestion: refusal[1], cause: error });
}
