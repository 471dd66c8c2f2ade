import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { type RowsWanted, type SyncState, SyncedRows } from '../sync/synced-rows.ts';
import { useSupabase } from './provider.tsx';

export interface RealtimeSync<Row> extends Pick<SyncState<Row>, 'status' | 'error'> {
  /** In the order of `load`; new ones at the end. */
  readonly rows: readonly Row[];
  /** Fetches the rows anew. */
  readonly reload: () => Promise<void>;
}

/** The rows of a table, kept up to date while the component is there. Another table or filter begins anew. */
export function useRealtimeSync<Row extends Record<string, unknown>>(
  wanted: RowsWanted<Row>,
): RealtimeSync<Row> {
  const client = useSupabase();
  const latest = useRef(wanted);
  useEffect(() => {
    latest.current = wanted;
  });
  const { table, schema = 'public', filter } = wanted;
  const synced = useMemo(
    () =>
      new SyncedRows<Row>(client, {
        table,
        schema,
        ...(filter === undefined ? {} : { filter }),
        keyOf: (row) => latest.current.keyOf(row),
        load: () => latest.current.load(),
      }),
    [client, table, schema, filter],
  );
  useEffect(() => {
    synced.start();
    return () => void synced.stop();
  }, [synced]);
  const state = useSyncExternalStore(synced.state.subscribe, synced.state.get, synced.state.get);
  const rows = useMemo(() => [...state.rows.values()], [state.rows]);
  return { rows, status: state.status, error: state.error, reload: () => synced.load() };
}
