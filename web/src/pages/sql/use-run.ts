import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keyOf } from '../../api/hooks.ts';
import type { AnswerOf } from '../../api/types.ts';
import { useApp } from '../../app.ts';
import { COLUMNS_SQL, cancelSql, marked } from './sql-text.ts';

export interface Outcome {
  readonly rows?: AnswerOf<'runQuery'>;
  readonly error?: unknown;
  readonly ms: number;
}

export interface Run {
  readonly running: boolean;
  readonly outcome: Outcome | undefined;
  readonly start: (sql: string) => void;
  /** Has Postgres end it: what had been written is taken back. */
  readonly cancel: () => void;
}

/** One run of SQL at a time. */
export function useRun(ref: string, readOnly: boolean): Run {
  const { api } = useApp();
  const queries = useQueryClient();
  const [mark, setMark] = useState<string>();
  const [outcome, setOutcome] = useState<Outcome>();

  const run = async (sql: string) => {
    const mark = crypto.randomUUID();
    setMark(mark);
    const begun = performance.now();
    const took = () => performance.now() - begun;
    try {
      const query = marked(sql, mark);
      const rows = await api.call(readOnly ? 'runReadOnlyQuery' : 'runQuery', {
        params: { ref },
        body: { query },
      });
      setOutcome({ rows, ms: took() });
    } catch (error) {
      setOutcome({ error, ms: took() });
    }
    setMark(undefined);
    if (!readOnly) {
      const schema = keyOf('runReadOnlyQuery', { params: { ref }, body: { query: COLUMNS_SQL } });
      await queries.invalidateQueries({ queryKey: schema });
    }
  };

  return {
    running: mark !== undefined,
    outcome,
    start: (sql) => {
      if (mark === undefined && sql.trim() !== '') void run(sql);
    },
    cancel: () => {
      if (mark === undefined) return;
      const body = { query: cancelSql(mark) };
      void api.call('runQuery', { params: { ref }, body });
    },
  };
}
