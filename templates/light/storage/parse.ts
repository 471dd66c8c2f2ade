import { z } from 'zod';
import { readBody } from '../gateway/body.ts';
import { fail, type Outcome, succeed } from './failures.ts';

/** Far above any body of options, which hold at most 1,000 names of 1,024 bytes. */
const LARGEST_BODY = 2 * 1024 * 1024;

export async function parseBody<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
): Promise<Outcome<z.output<Schema>>> {
  const body = await readBody(request, LARGEST_BODY);
  if (!body.ok) return fail('EntityTooLarge', 'The request body exceeded the maximum allowed size');
  const text = new TextDecoder().decode(body.bytes ?? undefined);
  const json = text === '' ? {} : parseJson(text);
  if (json === undefined) return fail('InvalidRequest', 'Body is not valid JSON');
  return check(schema, json, 'body');
}

export function parseQuery<Schema extends z.ZodType>(
  query: URLSearchParams,
  schema: Schema,
): Outcome<z.output<Schema>> {
  return check(schema, Object.fromEntries(query), 'querystring');
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const JsonObject = z.record(z.string(), z.unknown());

export function parseJsonObject(text: string): Record<string, unknown> | undefined {
  return JsonObject.safeParse(parseJson(text)).data;
}

function check<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  where: string,
): Outcome<z.output<Schema>> {
  const result = schema.safeParse(value);
  if (result.success) return succeed(result.data);
  const issue = result.error.issues[0];
  return fail('InvalidRequest', `${[where, ...(issue?.path ?? [])].join('/')} ${issue?.message ?? ''}`);
}
