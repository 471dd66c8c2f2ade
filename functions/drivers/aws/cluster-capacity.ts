import type { InstanceSize } from '../../contract/regions.ts';

/** Aurora takes no more for one cluster. */
const MOST = 256;

/** The most Aurora capacity units of each compute size: 2 GiB of memory each, as Supabase's size has them. */
export const CAPACITY_UNITS: Readonly<Record<InstanceSize, number>> = {
  nano: 1,
  micro: 1,
  small: 1,
  medium: 2,
  large: 4,
  xlarge: 8,
  '2xlarge': 16,
  '4xlarge': 32,
  '8xlarge': 64,
  '12xlarge': 96,
  '16xlarge': 128,
  '24xlarge': 192,
  '24xlarge_optimized_memory': MOST,
  '24xlarge_optimized_cpu': 96,
  '24xlarge_high_memory': MOST,
  '48xlarge': MOST,
  '48xlarge_optimized_memory': MOST,
  '48xlarge_optimized_cpu': 192,
  '48xlarge_high_memory': MOST,
};
