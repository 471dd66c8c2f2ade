import type { Metrics } from '../../server/metrics.ts';

/** How many pictures are remembered; one that is forgotten counts again. 36 bytes each. */
const REMEMBERED = 50_000;

/** Supabase bills the pictures that were transformed in a month, each once, however often and to whatever size. */
export class PictureMeter {
  readonly #now: () => Date;
  readonly #seen = new Set<string>();
  #month = '';
  #count = 0;

  constructor(metrics: Metrics, now = () => new Date()) {
    this.#now = now;
    metrics.total('light_image_transformations_total', 'Pictures transformed, each once a month.', () => [
      [{}, this.#count],
    ]);
  }

  /** Of the object `id` another picture was made. */
  made(id: string): void {
    const month = this.#now().toISOString().slice(0, 7);
    if (month !== this.#month) this.#seen.clear();
    this.#month = month;
    if (this.#seen.has(id)) return;
    for (const oldest of this.#seen.size < REMEMBERED ? [] : this.#seen) {
      this.#seen.delete(oldest);
      break;
    }
    this.#seen.add(id);
    this.#count += 1;
  }
}
