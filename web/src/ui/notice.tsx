import type { ReactNode } from 'react';
import { wordsOf } from '../api/error.ts';
import { Icon } from './icons.tsx';
import styles from './notice.module.css';

type Tone = 'plain' | 'good' | 'warn' | 'bad';

interface NoticeProps {
  readonly tone?: Tone;
  readonly title?: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

export function Notice({ tone = 'plain', title, children, actions }: NoticeProps) {
  return (
    <div className={`${styles['notice']} ${styles[tone]}`} role={tone === 'bad' ? 'alert' : undefined}>
      <Icon name={tone === 'good' ? 'check' : 'warning'} />
      <div className={styles['words']}>
        {title !== undefined && <p className={styles['title']}>{title}</p>}
        {children}
      </div>
      {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
    </div>
  );
}

/** What went wrong, and what to do about it. */
export function ErrorNote({ error, actions }: { readonly error: unknown; readonly actions?: ReactNode }) {
  const { message, suggestion } = wordsOf(error);
  return (
    <Notice tone="bad" title={message} actions={actions}>
      {suggestion !== undefined && <p>{suggestion}</p>}
    </Notice>
  );
}

/** Where there is nothing yet: what will be here, and how to begin. */
export function Empty({ title, children, actions }: Omit<NoticeProps, 'tone'>) {
  return (
    <div className={styles['empty']}>
      <p className={styles['emptyTitle']}>{title}</p>
      {children !== undefined && <div className={styles['emptyText']}>{children}</div>}
      {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
    </div>
  );
}
