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
