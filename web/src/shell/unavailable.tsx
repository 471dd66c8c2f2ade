import { Button } from '../ui/button.tsx';
import { ErrorNote } from '../ui/notice.tsx';
import styles from './stage.module.css';

/** In place of everything, where there is nothing to begin with. */
export function Unavailable({ error }: { readonly error: unknown }) {
  return (
    <main className={styles['stage']}>
      <div className={styles['card']}>
        <h1>Baseplane</h1>
        <ErrorNote
          error={error}
          actions={<Button onClick={() => window.location.reload()}>Try again</Button>}
        />
      </div>
    </main>
  );
}
