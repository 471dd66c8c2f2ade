import { useSyncExternalStore } from 'react';
import { useApp } from '../app.ts';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import styles from './toaster.module.css';

export function Toaster() {
  const { toasts } = useApp();
  const all = useSyncExternalStore(toasts.subscribe, toasts.all);
  return (
    <div className={styles['toaster']} role="status" aria-live="polite">
      {all.map(({ id, tone, message, suggestion }) => (
        <div key={id} className={`${styles['toast']} ${styles[tone]}`}>
          <Icon name={tone === 'good' ? 'check' : 'warning'} />
          <div className={styles['words']}>
            <p>{message}</p>
            {suggestion !== undefined && <p className={styles['suggestion']}>{suggestion}</p>}
          </div>
          <IconButton icon="close" label="Dismiss" onClick={() => toasts.dismiss(id)} />
        </div>
      ))}
    </div>
  );
}
