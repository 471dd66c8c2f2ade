import type { Caller } from '../gateway/caller.ts';
import { Refusal } from './refusal.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** One request to Auth, its body read as the JSON object or form that it is. */
export interface Call {
  readonly query: URLSearchParams;
  readonly body: Fields;
  /** What stood in the path where the route has a name. */
  readonly params: Readonly<Record<string, string>>;
  readonly request: Request;
  readonly caller: Caller;
}

export type Answer = Response | Refusal;
export type Handler = (call: Call) => Promise<Answer>;

export async function readBody(request: Request): Promise<Fields | Refusal> {
  const text = await request.text();
  if (text === '') return {};
  if ((request.headers.get('content-type') ?? '').includes('application/x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(text));
  try {
    const value: unknown = JSON.parse(text);
    if (isFields(value)) return value;
  } catch (error) {
    return new Refusal(400, 'bad_json', `Could not parse request body as JSON: ${String(error)}`);
  }
  return new Refusal(400, 'bad_json', 'Could not parse request body as JSON: it is not an object');
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function text(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function object(fields: Fields, name: string): Fields | undefined {
  const value = fields[name];
  return isFields(value) ? value : undefined;
}

export function isUuid(value: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
}
