import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import styles from './chart.module.css';

interface Series {
  readonly label: string;
  readonly values: readonly number[];
}

interface ChartProps {
  /** What it shows, for those who can't see it: the figures follow it as a table. */
  readonly label: string;
  /** Instants in seconds. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly format?: (value: number) => string;
}

const HEIGHT = 168;
/** In seconds: what is shown around an instant that is the only one. */
const HALF_A_DAY = 43_200;
/** One accent, so that series differ by how their line is drawn. */
const DASHES: readonly (readonly number[])[] = [[], [6, 4], [2, 3], [10, 3, 2, 3]];

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const plain = (value: number) => value.toLocaleString();

export function Chart({ label, times, series, format = plain }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = place;
    if (current === null) return undefined;
    const axis = {
      stroke: colour('--ink-3'),
      font: `11px ${colour('--sans')}`,
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
    };
    const plot = new uPlot(
      {
        width: current.clientWidth,
        height: HEIGHT,
        cursor: { y: false },
        legend: { live: true },
        scales: {
          x: {
            range: (_plot, low, high) =>
              times.length === 1 ? [low - HALF_A_DAY, low + HALF_A_DAY] : [low, high],
          },
          y: { range: (_plot, _low, high) => [0, Math.max(high * 1.1, 1)] },
        },
        axes: [axis, { ...axis, size: 64, values: (_plot, values) => values.map(format) }],
        series: [
          { label: 'Time' },
          ...series.map((each, index) => ({
            label: each.label,
            stroke: colour(index === 0 ? '--accent' : '--ink-2'),
            dash: [...(DASHES[index] ?? [])],
            width: 1.5,
            points: { size: 5 },
            value: (_plot: uPlot, value: number | null) => (value === null ? '' : format(value)),
          })),
        ],
      },
      [[...times], ...series.map(({ values }) => [...values])],
      current,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: current.clientWidth, height: HEIGHT }));
    observer.observe(current);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [times, series, format]);
  return <div ref={place} className={styles['chart']} role="img" aria-label={label} />;
}
