import { INSTANCE_SIZES } from '../../contract/regions.ts';

/** The services behind a project's address, and `other` for what is for none of them. */
export const METERED_SERVICES = [
  'rest',
  'auth',
  'storage',
  'realtime',
  'functions',
  'graphql',
  'pg',
  'analytics',
  'other',
] as const;

export type MeteredService = (typeof METERED_SERVICES)[number];

/**
 * How what is read in parts becomes one number. `sum`: of things that happened. `peak`: the highest that was seen.
 * `level`: what there is of something at a time; over several hours it adds up to that, times hours.
 */
export type MeterKind = 'sum' | 'peak' | 'level';

/** Beside what is by service and by size. */
const SINGLE_METERS = {
  /** Postgres and the sessions with it: what its gateway sends to clients. */
  egress_bytes_postgres: 'sum',
  realtime_messages: 'sum',
  realtime_peak_connections: 'peak',
  function_invocations: 'sum',
  function_cpu_ms: 'sum',
  image_transformations: 'sum',
  /** People who have signed in or refreshed a session since the month began. */
  monthly_active_users: 'peak',
  /** Of a cluster of the project's own on AWS: Aurora's capacity units, times the seconds that it had them. */
  database_acu_seconds: 'sum',
  database_bytes: 'level',
  storage_bytes: 'level',
} as const satisfies Record<string, MeterKind>;

export type Meter =
  | keyof typeof SINGLE_METERS
  | `requests_${MeteredService}`
  | `egress_bytes_${MeteredService}`
  | `compute_hours_${(typeof INSTANCE_SIZES)[number]}`;

export const requestsTo = (service: MeteredService) => `requests_${service}` as const;
export const egressOf = (service: MeteredService) => `egress_bytes_${service}` as const;
export const computeHoursOf = (size: (typeof INSTANCE_SIZES)[number]) => `compute_hours_${size}` as const;

const single = Object.keys(SINGLE_METERS).filter(
  (name): name is keyof typeof SINGLE_METERS => name in SINGLE_METERS,
);

/** Every meter there is. */
export const METERS: readonly Meter[] = [
  ...METERED_SERVICES.map(requestsTo),
  ...METERED_SERVICES.map(egressOf),
  ...single,
  ...INSTANCE_SIZES.map(computeHoursOf),
];

const names: ReadonlySet<string> = new Set(METERS);

export const isMeter = (name: string): name is Meter => names.has(name);

export function kindOf(meter: Meter): MeterKind {
  const found = single.find((name) => name === meter);
  return found === undefined ? 'sum' : SINGLE_METERS[found];
}

/** Whole numbers, never negative; a meter that is absent is 0. */
export type Amounts = Readonly<Partial<Record<Meter, number>>>;

export function amountsOf(entries: Iterable<readonly [Meter, number]>): Amounts {
  const amounts: Partial<Record<Meter, number>> = {};
  for (const [meter, amount] of entries) if (amount !== 0) amounts[meter] = amount;
  return amounts;
}

export function entriesOf(amounts: Amounts): readonly (readonly [Meter, number])[] {
  return METERS.flatMap((meter) => {
    const amount = amounts[meter];
    return amount === undefined ? [] : [[meter, amount] as const];
  });
}

/** What two readings of the same hour are together: sums add up, of peaks and levels the higher one stands. */
export function together(one: Amounts, other: Amounts): Amounts {
  return combined(one, other, (meter, a, b) => (kindOf(meter) === 'sum' ? a + b : Math.max(a, b)));
}

/** Of each meter the higher one. */
export function higher(one: Amounts, other: Amounts): Amounts {
  return combined(one, other, (_, a, b) => Math.max(a, b));
}

/** What one stretch of time and another one are together; a level is added up by the hour. */
export function addedUp(one: Amounts, other: Amounts): Amounts {
  return combined(one, other, (meter, a, b) => (kindOf(meter) === 'peak' ? Math.max(a, b) : a + b));
}

function combined(one: Amounts, other: Amounts, by: (meter: Meter, a: number, b: number) => number): Amounts {
  const meters = new Set([...entriesOf(one), ...entriesOf(other)].map(([meter]) => meter));
  return amountsOf(
    Array.from(meters, (meter) => [meter, by(meter, one[meter] ?? 0, other[meter] ?? 0)] as const),
  );
}
