import { useCallback, useState } from 'react';

/** What is being written for a project; it is still there when one comes back to it. */
export function useDraft(ref: string): readonly [string, (sql: string) => void] {
  const key = `sql ${ref}`;
  const [sql, setSql] = useState(() => sessionStorage.getItem(key) ?? '');
  const write = useCallback(
    (next: string) => {
      setSql(next);
      sessionStorage.setItem(key, next);
    },
    [key],
  );
  return [sql, write];
}
