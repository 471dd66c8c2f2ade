import { type ReactNode, useEffect, useRef } from 'react';
import styles from './page.module.css';

interface PageProps {
  readonly title: string;
  /** Beside the title in the window's: what the page is about. */
  readonly of?: string | undefined;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  /** The page uses all of the window, as an editor does. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** The first page of a visit leaves the focus to the browser; each later one takes it, so that it is read out. */
let visited = false;

export function Page({ title, of, about, actions, wide = false, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (visited) heading.current?.focus({ preventScroll: true });
    visited = true;
  }, []);
  return (
    <div className={wide ? styles['wide'] : styles['page']}>
      <title>{[title, of, 'Baseplane'].filter(Boolean).join(' · ')}</title>
      <header className={styles['head']}>
        <div className={styles['titles']}>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {about !== undefined && <p className={styles['about']}>{about}</p>}
        </div>
        {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

interface SectionProps {
  readonly title: string;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Section({ title, about, actions, children }: SectionProps) {
  return (
    <section className={styles['section']} aria-label={title}>
      <header className={styles['sectionHead']}>
        <div>
          <h2>{title}</h2>
          {about !== undefined && <p className={styles['about']}>{about}</p>}
        </div>
        {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
      </header>
      {children}
    </section>
  );
}
