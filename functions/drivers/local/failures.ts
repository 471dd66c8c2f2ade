import { PortError, TransientError } from '../../core/kernel/errors.ts';

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

export const FREE_SPACE = 'Free some space on that disk, then try again.';
const REFUSALS: Readonly<Record<string, { readonly because: string; readonly suggestion: string }>> = {
  ENOSPC: { because: 'the disk is full', suggestion: FREE_SPACE },
  EDQUOT: { because: 'the disk quota is used up', suggestion: FREE_SPACE },
  EROFS: {
    because: 'the file system is read-only',
    suggestion: 'Choose a state directory that can be written to with BASEPLANE_HOME.',
  },
  EACCES: {
    because: 'permission was denied',
    suggestion: 'Check who owns the state directory, or choose another one with BASEPLANE_HOME.',
  },
  EPERM: {
    because: 'permission was denied',
    suggestion: 'Check who owns the state directory, or choose another one with BASEPLANE_HOME.',
  },
};

/** Errors that pass by themselves once other work has finished. */
const PASSING = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM', 'EBUSY', 'ETXTBSY']);

/** Runs `work` and translates what the operating system refuses into the errors that ports speak. */
export async function attempt<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translated(doing, error);
  }
}

export function translated(doing: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined || error instanceof PortError || error instanceof TransientError) return error;
  if (PASSING.has(code)) return new TransientError(`Could not ${doing}: ${code}.`, { cause: error });
  const refusal = REFUSALS[code];
  if (refusal === undefined) return error;
  const { because, suggestion } = refusal;
  return new PortError(`Could not ${doing}: ${because}.`, { suggestion, cause: error });
}

/** What `work` answers, or undefined where the file or folder it is about is not there. */
export async function unlessAbsent<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
