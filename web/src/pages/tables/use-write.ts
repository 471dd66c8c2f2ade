import { useAction } from '../../api/hooks.ts';
import type { Statement } from './row-sql.ts';

/** Writes to a project's database, with what to say when it is done. */
export function useWrite(ref: string, done: string, onDone?: () => void) {
  const action = useAction('runQuery', {
    done,
    inline: true,
    ...(onDone === undefined ? {} : { onDone: () => onDone() }),
  });
  const run = ({ query, parameters }: Statement) =>
    action.mutate({
      params: { ref },
      body: { query, ...(parameters.length === 0 ? {} : { parameters: [...parameters] }) },
    });
  return { run, busy: action.isPending, error: action.error };
}
