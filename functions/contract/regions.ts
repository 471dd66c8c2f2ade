/** The region codes Supabase's API accepts, with the smart group each belongs to. */
export const REGIONS = {
  'us-east-1': { name: 'East US (North Virginia)', group: 'americas' },
  'us-east-2': { name: 'East US (Ohio)', group: 'americas' },
  'us-west-1': { name: 'West US (North California)', group: 'americas' },
  'us-west-2': { name: 'West US (Oregon)', group: 'americas' },
  'ca-central-1': { name: 'Canada (Central)', group: 'americas' },
  'sa-east-1': { name: 'South America (São Paulo)', group: 'americas' },
  'eu-west-1': { name: 'West EU (Ireland)', group: 'emea' },
  'eu-west-2': { name: 'West Europe (London)', group: 'emea' },
  'eu-west-3': { name: 'West EU (Paris)', group: 'emea' },
  'eu-north-1': { name: 'North EU (Stockholm)', group: 'emea' },
  'eu-central-1': { name: 'Central EU (Frankfurt)', group: 'emea' },
  'eu-central-2': { name: 'Central Europe (Zurich)', group: 'emea' },
  'ap-east-1': { name: 'East Asia (Hong Kong)', group: 'apac' },
  'ap-south-1': { name: 'South Asia (Mumbai)', group: 'apac' },
  'ap-southeast-1': { name: 'Southeast Asia (Singapore)', group: 'apac' },
  'ap-southeast-2': { name: 'Oceania (Sydney)', group: 'apac' },
  'ap-northeast-1': { name: 'Northeast Asia (Tokyo)', group: 'apac' },
  'ap-northeast-2': { name: 'Northeast Asia (Seoul)', group: 'apac' },
} as const;

export type RegionCode = keyof typeof REGIONS;

export const REGION_GROUPS = ['americas', 'emea', 'apac'] as const;

export const REGION_CODES = Object.keys(REGIONS).filter((code): code is RegionCode => code in REGIONS);

/** Supabase's compute sizes, smallest first. */
export const INSTANCE_SIZES = [
  'nano',
  'micro',
  'small',
  'medium',
  'large',
  'xlarge',
  '2xlarge',
  '4xlarge',
  '8xlarge',
  '12xlarge',
  '16xlarge',
  '24xlarge',
  '24xlarge_optimized_memory',
  '24xlarge_optimized_cpu',
  '24xlarge_high_memory',
  '48xlarge',
  '48xlarge_optimized_memory',
  '48xlarge_optimized_cpu',
  '48xlarge_high_memory',
] as const;

/** Where a project's database is: on the cell's shared cluster, or on one of its own. */
export const DATABASE_TIERS = ['pooled', 'dedicated'] as const;

export type InstanceSize = (typeof INSTANCE_SIZES)[number];
