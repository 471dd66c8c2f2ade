import type { z } from 'zod';
import { type DomainError, fail } from '../core/kernel/errors.ts';
import type { FormBody } from '../contract/operation.ts';
import { type Result, ok } from '../core/kernel/result.ts';
import type { Caller } from './call.ts';
import { plainWords } from './plain-words.ts';

/** What of an HTTP request an operation may look at, whichever server took it. */
export interface ApiRequest {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly authorization: string | undefined;
  readonly idempotencyKey: string | undefined;
  /** Reads the body as JSON, up to so many bytes where the usual limit is not meant; undefined when it is empty. */
  json(maxBytes?: number): Result<unknown, DomainError> | Promise<Result<unknown, DomainError>>;
  /** Reads the body as a form, within the same limits. */
  form(form: FormBody, maxBytes?: number): Promise<Result<unknown, DomainError>>;
  /** The body as it came, for whoever has to see that nobody has changed it. */
  text(): Promise<Result<string, DomainError>>;
  header(name: string): string | undefined;
  /** The media type of the body, without parameters. */
  readonly contentType: string;
  /** Who asks, if they may ask at all now. */
  caller(): Promise<Result<Caller, DomainError>>;
  /** That nobody in particular asks, if their address may ask at all now. */
  stranger(): Result<undefined, DomainError>;
  /** Sets a header of the answer, whatever that will be. */
  answerHeader(name: string, value: string): void;
  /** Told by the server that took the connection, never by a header of the client. */
  readonly ip: string;
  readonly id: string;
}

type Part = 'path' | 'query' | 'body';

/** Parses one part of a request, or says which field is wrong and how. */
export function parsePart<T>(schema: z.ZodType<T>, part: Part, value: unknown): Result<T, DomainError> {
  const parsed = schema.safeParse(value, { error: plainWords });
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  if (issue === undefined) return fail('validation_failed', `The ${part} is not valid.`, { field: part });
  if (issue.code === 'unrecognized_keys') {
    const field = [part, ...issue.path, issue.keys[0]].join('.');
    return fail('validation_failed', `${field} is not a field of this operation.`, { field });
  }
  if (part === 'body' && issue.path.length === 0 && value === undefined) {
    return fail('validation_failed', 'The body is missing: a JSON object is expected.', {
      field: 'body',
      suggestion: 'Send it with "content-type: application/json".',
    });
  }
  const field = [part, ...issue.path].join('.');
  const suggestion = issue.code === 'custom' ? issue.params?.['suggestion'] : undefined;
  return fail('validation_failed', `${field}: ${issue.message}`, {
    field,
    ...(typeof suggestion === 'string' ? { suggestion } : {}),
  });
}

/** The fields of a query string; one that is repeated becomes a list. */
export function queryOf(parameters: URLSearchParams): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    [...new Set(parameters.keys())].map((key) => {
      const values = parameters.getAll(key);
      return [key, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}
