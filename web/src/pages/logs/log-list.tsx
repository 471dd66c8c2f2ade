import type { AnswerOf } from '../../api/types.ts';
import { SERVICES } from './log-query.ts';
import styles from './logs-page.module.css';

type Row = AnswerOf<'queryLogs'>['result'][number];

const CLOCK = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});

const SEVERE = /^(ERROR|FATAL|PANIC|CRITICAL)$/;
const WARNING = /^WARN/;

const toneOf = (level: string) => (SEVERE.test(level) ? 'bad' : WARNING.test(level) ? 'warn' : 'plain');

const textOf = (value: Row[string] | undefined) =>
  typeof value === 'string' ? value : JSON.stringify(value ?? '');

const nameOf = (source: string) => SERVICES.find(({ value }) => value === source)?.label ?? source;

/** Lines that open into all that is known of them. */
export function LogList({ rows }: { readonly rows: readonly Row[] }) {
  return (
    <ol className={styles['logs']} aria-label="Log">
      {rows.map((row) => {
        const [time, level] = [textOf(row['timestamp']), textOf(row['severity_text'])];
        return (
          <li key={textOf(row['id'])} data-tone={toneOf(level)}>
            <details>
              <summary>
                <time dateTime={time}>{CLOCK.format(new Date(time))}</time>
                <span className={styles['source']}>{nameOf(textOf(row['source']))}</span>
                <span className={styles['level']}>{level}</span>
                <span className={styles['message']}>{textOf(row['event_message'])}</span>
              </summary>
              <pre>{`${textOf(row['event_message'])}\n\n${JSON.stringify(row['log_attributes'], null, 2)}`}</pre>
            </details>
          </li>
        );
      })}
    </ol>
  );
}
