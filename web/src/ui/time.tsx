const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const AGO = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

/** Seconds from which on each unit is used. */
const UNITS = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

function ago(at: Date, now = new Date()): string {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  const unit = UNITS.find(([, size]) => Math.abs(seconds) >= size);
  return unit === undefined ? AGO.format(0, 'minute') : AGO.format(Math.trunc(seconds / unit[1]), unit[0]);
}

/** An instant in the reader's zone and language; `exact`: written out, otherwise how long ago with the rest on hover. */
export function Time({ at, exact = false }: { readonly at: string; readonly exact?: boolean }) {
  const date = new Date(at);
  const full = FULL.format(date);
  return (
    <time dateTime={at} title={full}>
      {exact ? full : ago(date)}
    </time>
  );
}
