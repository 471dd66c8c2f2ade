import type { AnswerOf } from '../api/types.ts';
import styles from './status.module.css';

type Stated = Pick<AnswerOf<'listProjectOverviews'>[number], 'status' | 'status_label' | 'in_transition'>;

type Tone = 'good' | 'warn' | 'bad' | 'still' | 'moving';

/** How a status looks. What it means and permits is the API's to say. */
function toneOf({ status, in_transition }: Stated): Tone {
  if (in_transition) return 'moving';
  if (status.endsWith('_FAILED')) return 'bad';
  if (status === 'ACTIVE_HEALTHY') return 'good';
  return status === 'INACTIVE' || status === 'REMOVED' ? 'still' : 'warn';
}

/** A tile: whole, half, hollow, crossed. Its form tells as much as its colour. */
const FORMS: Record<Tone, string> = {
  good: 'M1 1h8v8H1z',
  moving: 'M1 1h8v8H1zM1 9 9 1v8z',
  still: 'M1.500 1.500h7v7h-7z',
  warn: 'M5 0.500 9.500 9H.5z',
  bad: 'M1.500 1.500l7 7M8.500 1.500l-7 7',
};

export function Tile({ tone }: { readonly tone: Tone }) {
  return (
    <svg className={styles[tone]} width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
      <path d={FORMS[tone]} />
    </svg>
  );
}

export function Status({ of }: { readonly of: Stated }) {
  return (
    <span className={styles['status']}>
      <Tile tone={toneOf(of)} />
      {of.status_label}
    </span>
  );
}
