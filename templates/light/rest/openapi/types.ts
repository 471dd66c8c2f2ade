const JSON_TYPES: readonly (readonly [pattern: RegExp, type: string])[] = [
  [/\[\]$|^_/, 'array'],
  [/^(small|big)?(int|integer|serial)[248]?$/, 'integer'],
  [/^(numeric|decimal|real|double precision|float[48])/, 'number'],
  [/^bool(ean)?$/, 'boolean'],
  [/^jsonb?$/, 'object'],
];

/** What a value of a Postgres type is in JSON, and the type itself as its format. */
export function schemaOfType(type: string): { type: string; format: string; items?: object } {
  const [, json = 'string'] = JSON_TYPES.find(([pattern]) => pattern.test(type)) ?? [];
  if (json !== 'array') return { type: json, format: type };
  const { type: item } = schemaOfType(type.replace(/\[\]$|^_/, ''));
  return { type: 'array', format: type, items: { type: item } };
}
