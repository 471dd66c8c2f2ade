import styles from './results.module.css';

/** A value as Postgres would print it. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function Cell({ value }: { readonly value: unknown }) {
  const text = textOf(value);
  if (value === null || value === undefined) return <span className={styles['null']}>{text}</span>;
  return <span title={text}>{text}</span>;
}
