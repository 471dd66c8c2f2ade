import { setTimeout as delay } from 'node:timers/promises';

/** Below what a step may take. */
const PATIENCE_MS = 40_000;

/** Work that may take longer than a step: it is begun once, and whoever asks for it again is told how it fares. */
export class LongWork {
  readonly #underWay = new Map<string, Promise<PromiseSettledResult<void>>>();

  /** False: it goes on. `key`: two of one key are the same work. */
  async isDone(key: string, work: () => Promise<void>): Promise<boolean> {
    const under = this.#underWay.get(key) ?? settled(work());
    this.#underWay.set(key, under);
    const outcome = await Promise.race([under, delay(PATIENCE_MS, undefined, { ref: false })]);
    if (outcome === undefined) return false;
    this.#underWay.delete(key);
    if (outcome.status === 'rejected') throw outcome.reason;
    return true;
  }
}

/** How it ended, kept for whoever asks next. */
async function settled(work: Promise<void>): Promise<PromiseSettledResult<void>> {
  const [outcome] = await Promise.allSettled([work]);
  return outcome;
}
