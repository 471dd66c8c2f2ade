import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Long enough not to fall between two requests of a page, short enough that a machine full of projects notices. */
const QUIET_MS = 10_000;

/**
 * Gives memory back once nothing has been asked for a while. V8 itself lets garbage of the last requests lie until
 * it needs the room, which in an idle process is never: about 40 MB a project.
 */
export function createIdleMemory(collect: () => void = collector()): { touch(): void; close(): void } {
  let timer: NodeJS.Timeout | undefined;
  return {
    touch() {
      if (timer === undefined) timer = setTimeout(collect, QUIET_MS).unref();
      else timer.refresh();
    },
    close: () => clearTimeout(timer),
  };
}

/** Node has no call for it; V8 exposes one on demand to contexts made after the flag was set. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') return () => {};
  return () => void collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
