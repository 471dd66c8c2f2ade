/** The types that most columns have, in the order in which people look for them. */
export const COLUMN_TYPES = [
  'text',
  'bigint',
  'integer',
  'numeric',
  'double precision',
  'boolean',
  'timestamptz',
  'date',
  'uuid',
  'jsonb',
  'text[]',
  'bytea',
].map((type) => ({ value: type, label: type }));
