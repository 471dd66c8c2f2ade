import type { Client, DatabaseError, FieldDef } from 'pg';
import { z } from 'zod';
import { type TypeNames, type WireField, columnOf, fieldOf } from './fields.ts';

export const executeSchema = z.object({
  resourceArn: z.string(),
  secretArn: z.string(),
  database: z.string(),
  sql: z.string(),
  parameters: z
    .array(z.object({ name: z.string(), value: z.object({ stringValue: z.string() }) }))
    .default([]),
  transactionId: z.string().optional(),
  resultSetOptions: z.object({ longReturnType: z.string() }).optional(),
});
export type Execute = z.infer<typeof executeSchema>;

export interface Executed {
  readonly columnMetadata: readonly ReturnType<typeof columnOf>[];
  readonly records: readonly (readonly WireField[])[];
  readonly numberOfRecordsUpdated: number;
}

/** Aurora cuts an answer off that is larger. */
const MAX_ANSWER_BYTES = 1024 * 1024;

export class TooLarge extends Error {
  override readonly message = 'Database returned more than the allowed response size limit';
}

const namesOfTypes = new WeakMap<Client, TypeNames>();

/** One statement, as Aurora takes no more: Postgres's extended protocol refuses a second one. */
export async function execute(
  client: Client,
  { sql, parameters, resultSetOptions }: Execute,
): Promise<Executed> {
  const names = namesOfTypes.get(client) ?? (await typeNames(client));
  namesOfTypes.set(client, names);
  const values = parameters.map(({ value }) => value.stringValue);
  const numbered = parameters.reduce(
    (text, { name }, index) =>
      text.replaceAll(new RegExp(`(?<!:):${name}\\b`, 'g'), `$${index + 1}::varchar`),
    sql,
  );
  const { fields, rows } = await answerTo(client, numbered, values);
  const bytes = rows.flat().reduce((sum, value) => sum + (value?.length ?? 0), 0);
  if (bytes > MAX_ANSWER_BYTES) throw new TooLarge();
  const columnMetadata = fields.map((field) => columnOf(field, names));
  const longsAsText = resultSetOptions?.longReturnType === 'STRING';
  return {
    columnMetadata,
    records: rows.map((row) =>
      row.map((value, index) => fieldOf(value, columnMetadata[index]?.typeName ?? '', { longsAsText })),
    ),
    numberOfRecordsUpdated: 0,
  };
}

interface Answer {
  readonly fields: readonly FieldDef[];
  readonly rows: readonly (readonly (string | null)[])[];
}

async function answerTo(client: Client, text: string, values: readonly string[]): Promise<Answer> {
  const query = { text, values: [...values], rowMode: 'array' as const, queryMode: 'extended' };
  const { fields, rows } = await client.query<(string | null)[]>(query);
  return { fields, rows };
}

async function typeNames(client: Client): Promise<TypeNames> {
  const { rows } = await answerTo(client, 'select oid, typname from pg_type', []);
  return new Map(rows.map(([oid, name]) => [Number(oid), name ?? '']));
}

/** In the words of the driver that Aurora's Data API is built on. */
export function messageOf(error: DatabaseError): string {
  const { severity = 'ERROR', message, detail, hint, where, position, code } = error;
  const more = [
    detail === undefined ? '' : `\n  Detail: ${detail}`,
    hint === undefined ? '' : `\n  Hint: ${hint}`,
    position === undefined ? '' : `; Position: ${position}`,
    where === undefined ? '' : `\n  Where: ${where}`,
  ];
  return `${severity}: ${message}${more.join('')}; SQLState: ${code}`;
}
