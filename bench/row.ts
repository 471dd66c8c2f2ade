/** One measurement, and what it is a multiple of: the floor was measured in the same run. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly floor?: number;
  /** What the floor is. */
  readonly beside?: string;
}

export function table(rows: readonly Row[]): string {
  const cells = rows.map(({ name, value, unit, floor, beside }) => [
    name,
    `${round(value)} ${unit}`,
    floor === undefined ? '' : `${round(value / floor)} ×`,
    floor === undefined ? '' : `${round(floor)} ${unit}`,
    beside ?? '',
  ]);
  const all = [['measured', 'value', 'ratio', 'floor', 'the floor is'], ...cells];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Three digits that mean something. */
const round = (value: number) => Number(value.toPrecision(3)).toString();

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
