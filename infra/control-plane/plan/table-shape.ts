/** As `functions/drivers/dynamodb/table-definition.ts` says, in the words of SST; a test compares them. */
export const TABLE_SHAPE = {
  fields: {
    pk: 'string',
    sk: 'string',
    index1pk: 'string',
    index1sk: 'string',
    index2pk: 'string',
    index2sk: 'string',
  },
  primaryIndex: { hashKey: 'pk', rangeKey: 'sk' },
  globalIndexes: {
    index1: { hashKey: 'index1pk', rangeKey: 'index1sk' },
    index2: { hashKey: 'index2pk', rangeKey: 'index2sk' },
  },
  ttl: 'expires_at',
} as const;
