/** Drawn on a grid of 16, in strokes of one and a half. */
const PATHS = {
  home: 'M2.5 7.5 8 3l5.5 4.5V13a.5.5 0 0 1-.5.5h-3.5V9.5h-3v4H3a.5.5 0 0 1-.5-.5z',
  table: 'M2.5 3.5h11v9h-11zM2.5 6.5h11M6.5 6.5v6',
  sql: 'M3 4l3.5 4L3 12M8 12h5',
  users: 'M8 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3 13.5c.4-2.6 2.4-4 5-4s4.600 1.400 5 4',
  storage: 'M2.500 4.500h4l1.500 1.500h5.500v7h-11z',
  functions: 'M9 2 4 9h3.500L7 14l5-7H8.500z',
  logs: 'M3 4h10M3 7h10M3 10h6M3 13h8',
  advisors:
    'M8 2.500 13 4.500v3.500c0 3-2.200 4.800-5 6-2.800-1.200-5-3-5-6V4.500zM6 8l1.500 1.500L10.500 6.500',
  backups: 'M3 8a5 5 0 1 0 1.600-3.700L3 5.800M3 2.800v3h3M8 5.500V8l2 1.500',
  realtime:
    'M8 8h.01M5.500 10.500a3.500 3.500 0 0 1 0-5M10.500 5.500a3.500 3.500 0 0 1 0 5M3.500 12.500a6.400 6.400 0 0 1 0-9M12.500 3.500a6.400 6.400 0 0 1 0 9',
  settings: 'M3 4.500h5M12 4.500h1M3 11.500h1M8 11.500h5M10 3v3M6 10v3',
  key: 'M10.500 9a3 3 0 1 0-2.800-2L3 11.700V13.500h2v-1.500h1.500v-1.500L8 9',
  audit: 'M4 2.500h8v11H4zM6 5.500h4M6 8h4M6 10.500h2',
  usage: 'M3 13.500V8.500M6.500 13.500v-7M10 13.500V9.500M13.500 13.500v-11',
  plus: 'M8 3v10M3 8h10',
  search: 'M7 11.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9zM10.300 10.300 13.500 13.500',
  copy: 'M6 6h7.500v7.500H6zM10 6V2.500H2.500V10H6',
  check: 'M3 8.500 6.500 12 13 4.500',
  eye: 'M1.500 8S4 3.500 8 3.500 14.500 8 14.500 8 12 12.500 8 12.500 1.500 8 1.500 8zM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  close: 'M4 4l8 8M12 4l-8 8',
  chevron: 'M4.500 6.500 8 10l3.500-3.500',
  right: 'M6.500 4.500 10 8l-3.500 3.500',
  left: 'M9.500 4.500 6 8l3.500 3.500',
  menu: 'M2.500 4.500h11M2.500 8h11M2.500 11.500h11',
  sun: 'M8 10.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM8 1.500v1.500M8 13v1.500M1.500 8H3M13 8h1.500M3.400 3.400l1 1M11.600 11.600l1 1M3.400 12.600l1-1M11.600 4.400l1-1',
  warning: 'M8 2.500 14 13H2zM8 6.500V9.500M8 11.300v.01',
  trash: 'M3 4.500h10M6 4.500V3h4v1.500M4.500 4.500l.5 9h6l.5-9M7 7v4M9 7v4',
  edit: 'M3 13l.6-2.800L10.800 3l2.200 2.200-7.200 7.200z',
  more: 'M3.500 8h.01M8 8h.01M12.500 8h.01',
  play: 'M5 3.500v9l7-4.500z',
  stop: 'M4.500 4.500h7v7h-7z',
  external: 'M9 3h4v4M13 3 7.500 8.500M11 9.500v3.500H3V5h3.500',
  globe:
    'M8 13.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11zM2.500 8h11M8 2.500c2 2.200 2 8.800 0 11M8 2.500c-2 2.200-2 8.800 0 11',
} as const;

export type IconName = keyof typeof PATHS;

/** Says nothing by itself: whatever bears it has words too, or a label. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
