import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { ErrorNote } from './notice.tsx';
import styles from './skeleton.module.css';

/** The shape of what is on its way: this many lines. */
export function Skeleton({ lines = 3, tall = false }: { readonly lines?: number; readonly tall?: boolean }) {
  return (
    <div className={styles['skeleton']} role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className={tall ? styles['tall'] : styles['line']} />
      ))}
    </div>
  );
}

export function PageSkeleton() {
  return (
    <div className={styles['page']}>
      <Skeleton lines={1} tall />
      <Skeleton lines={6} />
    </div>
  );
}

interface LoadedProps<Answer> {
  readonly query: UseQueryResult<Answer>;
  readonly lines?: number;
  readonly skeleton?: ReactNode;
  readonly children: (answer: Answer) => ReactNode;
}

/** What was asked for; its shape until it is there; what went wrong, and another try. */
export function Loaded<Answer>({ query, lines = 4, skeleton, children }: LoadedProps<Answer>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError) {
    return (
      <ErrorNote
        error={query.error}
        actions={<Button onClick={() => void query.refetch()}>Try again</Button>}
      />
    );
  }
  return <>{skeleton ?? <Skeleton lines={lines} />}</>;
}
