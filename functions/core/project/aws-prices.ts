interface ListPrice {
  readonly dollars: number;
  readonly unit: string;
  readonly source: string;
}

/** AWS's list prices in us-east-1, as docs/deployment.md reckons with them; other regions differ by up to a third. */
export const AWS_PRICES = {
  fargate_cpu: {
    dollars: 0.032_38,
    unit: 'vCPU and hour, on ARM',
    source: 'https://aws.amazon.com/fargate/pricing/',
  },
  fargate_memory: {
    dollars: 0.003_56,
    unit: 'GB and hour, on ARM',
    source: 'https://aws.amazon.com/fargate/pricing/',
  },
  aurora_capacity: {
    dollars: 0.12,
    unit: 'ACU and hour',
    source: 'https://aws.amazon.com/rds/aurora/pricing/',
  },
  database_storage: {
    dollars: 0.1,
    unit: 'GB and month',
    source: 'https://aws.amazon.com/rds/aurora/pricing/',
  },
  file_storage: {
    dollars: 0.023,
    unit: 'GB and month',
    source: 'https://aws.amazon.com/s3/pricing/',
  },
  secret: {
    dollars: 0.4,
    unit: 'secret and month',
    source: 'https://aws.amazon.com/secrets-manager/pricing/',
  },
  // A hosted zone includes 10,000 records, and no more than that are made in one.
  dns_record: {
    dollars: 0,
    unit: 'record and month',
    source: 'https://aws.amazon.com/route53/pricing/',
  },
  egress: {
    dollars: 0.09,
    unit: 'GB',
    source: 'https://aws.amazon.com/ec2/pricing/on-demand/#Data_Transfer',
  },
} as const satisfies Readonly<Record<string, ListPrice>>;

export type AwsItem = keyof typeof AWS_PRICES;

export const AWS_ITEMS = Object.keys(AWS_PRICES).filter((name): name is AwsItem => name in AWS_PRICES);
