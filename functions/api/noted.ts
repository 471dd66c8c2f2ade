import type { Operation } from '../contract/operation.ts';
import { projectRefSchema } from '../core/kernel/ids.ts';
import type { EntryPorts } from './call.ts';

interface Asked {
  readonly id: string;
  /** The parameters in its path. */
  readonly path: Readonly<Record<string, string>>;
  readonly operation: Operation;
}

const READS = ['GET', 'HEAD'];
/** Whoever asks too often must not fill the log as well. */
const TOO_OFTEN = 429;

/**
 * Answers a request, with its id in every line that is logged meanwhile and in what it begins. It leaves a line itself
 * where it may have changed something or was refused, so that an error's `request_id` is always found.
 */
export function noted(
  { id, path, operation }: Asked,
  { log, meter }: Pick<EntryPorts, 'log' | 'meter'>,
  answer: () => Promise<Response>,
): Promise<Response> {
  const project = projectRefSchema.safeParse(path['ref']).data;
  const about = {
    request_id: id,
    operation: `${operation.method} ${operation.path}`,
    ...(project === undefined ? {} : { project }),
  };
  return log.within(about, async () => {
    const began = performance.now();
    const response = await answer();
    const { status } = response;
    const ms = performance.now() - began;
    meter?.answered(operation, status, ms / 1000);
    if ((status >= 400 || !READS.includes(operation.method)) && status !== TOO_OFTEN)
      log.info('request', { status, duration_ms: Math.round(ms) });
    return response;
  });
}
