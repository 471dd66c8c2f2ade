import { Observed } from './observed.ts';

export interface OptimisticState<Value, Failure> {
  /** The base with everything that is under way laid upon it. */
  readonly value: Value;
  /** How many changes are under way. */
  readonly pending: number;
  /** Why the last change was taken back. */
  readonly failure: Failure | undefined;
}

export type Committed<Failure> = { readonly ok: true } | { readonly ok: false; readonly error: Failure };

interface Pending<Value> {
  readonly apply: (value: Value) => Value;
  readonly base: Value;
  /** The server has it, and the base is yet to show it. */
  done: boolean;
}

/**
 * A value that shows a change before the server has it. Refused, the change alone is taken back, whatever else is
 * under way. Taken, it stays upon the base until the base is a new one, so that nothing flickers between the answer and
 * the news of it.
 */
export class Optimistic<Value, Failure> {
  readonly state: Observed<OptimisticState<Value, Failure>>;
  #base: Value;
  #pending: readonly Pending<Value>[] = [];

  constructor(base: Value) {
    this.#base = base;
    this.state = new Observed<OptimisticState<Value, Failure>>({
      value: base,
      pending: 0,
      failure: undefined,
    });
  }

  /** What the server holds now. */
  setBase(base: Value): void {
    if (Object.is(base, this.#base)) return;
    this.#base = base;
    this.#pending = this.#pending.filter(({ done }) => !done);
    this.#show();
  }

  /** Applied at once, any number of times, so it must not change what it is given. A commit that throws is a bug: it is taken back and thrown on. */
  async change(
    apply: (value: Value) => Value,
    commit: () => PromiseLike<Committed<Failure>>,
  ): Promise<Committed<Failure>> {
    const mine: Pending<Value> = { apply, base: this.#base, done: false };
    this.#pending = [...this.#pending, mine];
    this.#show(null);
    try {
      const outcome = await commit();
      if (!outcome.ok) this.#drop(mine, outcome.error);
      else if (Object.is(this.#base, mine.base)) this.#keep(mine);
      else this.#drop(mine);
      return outcome;
    } catch (cause) {
      this.#drop(mine);
      throw cause;
    }
  }

  #keep(mine: Pending<Value>): void {
    mine.done = true;
    this.#show();
  }

  #drop(mine: Pending<Value>, failure?: Failure): void {
    this.#pending = this.#pending.filter((one) => one !== mine);
    this.#show(failure);
  }

  /** `failure` null forgets the last one. */
  #show(failure?: Failure | null): void {
    let value = this.#base;
    for (const { apply } of this.#pending) value = apply(value);
    const pending = this.#pending.filter(({ done }) => !done).length;
    this.state.update((now) => ({
      value,
      pending,
      failure: failure === null ? undefined : (failure ?? now.failure),
    }));
  }
}
