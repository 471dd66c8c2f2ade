import type { InstanceSize } from '../../contract/regions.ts';
import type { Plan } from '../../contract/plans.ts';

/** Billionths of a dollar: the smallest price there is, of a byte for an hour, is a fraction of a cent in any unit. */
const NANODOLLARS_IN_CENT = 10_000_000;

export interface Price {
  readonly nanodollars: number;
  /** For so many of the meter's units. */
  readonly per: number;
  /** Sold in packages: a part of one costs as much as the whole. */
  readonly packaged: boolean;
}

const dollars = (amount: number) => Math.round(amount * 1_000_000_000);

const GB = 1024 ** 3;

const by = (amount: number, per: number): Price => ({ nanodollars: dollars(amount), per, packaged: false });
const packages = (amount: number, per: number): Price => ({
  nanodollars: dollars(amount),
  per,
  packaged: true,
});

/** What a plan costs a month. A contract is not billed by the table. */
export const PLAN_FEE_CENTS: Readonly<Record<Plan, number>> = {
  free: 0,
  pro: 2500,
  team: 59_900,
  enterprise: 0,
};

/** What of its compute an organization on a paid plan does not pay, a month. */
export const COMPUTE_CREDIT_CENTS: Readonly<Record<Plan, number>> = {
  free: 0,
  pro: 1000,
  team: 1000,
  enterprise: 0,
};

/** Supabase's published prices, each for what goes beyond the plan. Sizes of bytes are by the hour. */
export const OVERAGE_PRICES = {
  egress: by(0.09, GB),
  monthly_active_users: by(0.003_25, 1),
  storage_size: by(0.000_029_19, GB),
  disk_size: by(0.000_171, GB),
  realtime_messages: packages(2.5, 1_000_000),
  realtime_peak_connections: packages(10, 1000),
  function_invocations: packages(2, 1_000_000),
  image_transformations: packages(5, 1000),
} as const satisfies Record<string, Price>;

const hour = (amount: number) => by(amount, 1);

/**
 * An hour of a project's compute on a paid plan; on the free one it is free. A nano costs what a micro does. Past 16XL
 * Supabase sells by contract: its price for each further core is that of a 16XL.
 */
export const COMPUTE_PRICES: Readonly<Record<InstanceSize, Price>> = {
  nano: hour(0.013_44),
  micro: hour(0.013_44),
  small: hour(0.0206),
  medium: hour(0.0822),
  large: hour(0.1517),
  xlarge: hour(0.2877),
  '2xlarge': hour(0.562),
  '4xlarge': hour(1.32),
  '8xlarge': hour(2.562),
  '12xlarge': hour(3.836),
  '16xlarge': hour(5.12),
  '24xlarge': hour(7.68),
  '24xlarge_optimized_memory': hour(7.68),
  '24xlarge_optimized_cpu': hour(7.68),
  '24xlarge_high_memory': hour(7.68),
  '48xlarge': hour(15.36),
  '48xlarge_optimized_memory': hour(15.36),
  '48xlarge_optimized_cpu': hour(15.36),
  '48xlarge_high_memory': hour(15.36),
};

/** In whole cents, half a cent up: exact, however large the quantity. */
export function centsFor(quantity: number, { nanodollars, per, packaged }: Price): number {
  const units = BigInt(packaged ? Math.ceil(quantity / per) : quantity);
  const divisor = BigInt(packaged ? 1 : per) * BigInt(NANODOLLARS_IN_CENT);
  const numerator = units * BigInt(nanodollars) * 2n + divisor;
  return Number(numerator / (divisor * 2n));
}
