import { textOf } from './cell.tsx';

/** Rows as spreadsheets take them: tabs between columns, a line each. */
export function tableText(
  columns: readonly string[],
  rows: readonly Readonly<Record<string, unknown>>[],
): string {
  const line = (cells: readonly string[]) =>
    cells.map((cell) => cell.replaceAll(/[\t\r\n]/g, ' ')).join('\t');
  return [line(columns), ...rows.map((row) => line(columns.map((column) => textOf(row[column]))))].join('\n');
}

/** Rows as a file that programs read (RFC 4180). */
export function csvText(
  columns: readonly string[],
  rows: readonly Readonly<Record<string, unknown>>[],
): string {
  const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  // Nothing is what was null; an empty text is a text.
  const cellOf = (value: unknown) => (value === null ? '' : value === '' ? '""' : quoted(textOf(value)));
  const lines = [columns.map(quoted), ...rows.map((row) => columns.map((column) => cellOf(row[column])))];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}
