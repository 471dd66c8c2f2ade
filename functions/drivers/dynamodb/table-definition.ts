import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

function keys(prefix: string): NonNullable<CreateTableCommandInput['KeySchema']> {
  return [
    { AttributeName: `${prefix}pk`, KeyType: 'HASH' },
    { AttributeName: `${prefix}sk`, KeyType: 'RANGE' },
  ];
}

/** What the table behind the driver has to look like, less its name; its time to live is in `expires_at`. */
export const TABLE_DEFINITION = {
  AttributeDefinitions: ['pk', 'sk', 'index1pk', 'index1sk', 'index2pk', 'index2sk'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S' as const,
  })),
  KeySchema: keys(''),
  GlobalSecondaryIndexes: ['index1', 'index2'].map((IndexName) => ({
    IndexName,
    KeySchema: keys(IndexName),
    Projection: { ProjectionType: 'ALL' as const },
  })),
  BillingMode: 'PAY_PER_REQUEST' as const,
};
