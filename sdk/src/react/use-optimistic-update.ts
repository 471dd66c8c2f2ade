import { useEffect, useState, useSyncExternalStore } from 'react';
import { type Committed, Optimistic, type OptimisticState } from '../state/optimistic.ts';

export interface OptimisticUpdate<Value, Failure> extends OptimisticState<Value, Failure> {
  /** Shows the change at once, and takes it back if `commit` answers that it was refused. */
  readonly update: (
    apply: (value: Value) => Value,
    commit: () => PromiseLike<Committed<Failure>>,
  ) => Promise<Committed<Failure>>;
}

/** `base`: what the server holds, for example what `useRealtimeSync` gives; the same value must be the same object. */
export function useOptimisticUpdate<Value, Failure>(base: Value): OptimisticUpdate<Value, Failure> {
  const [optimistic] = useState(() => new Optimistic<Value, Failure>(base));
  useEffect(() => optimistic.setBase(base), [optimistic, base]);
  const state = useSyncExternalStore(optimistic.state.subscribe, optimistic.state.get, optimistic.state.get);
  return { ...state, update: (apply, commit) => optimistic.change(apply, commit) };
}
