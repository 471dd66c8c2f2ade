/** Where the drivers tell what happens by itself: crashes, restarts, sweeps. Never a secret. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields?: Readonly<Record<string, string | number | boolean>>,
) => void;
