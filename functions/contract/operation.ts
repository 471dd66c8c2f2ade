import { z } from 'zod';
import type { Permission } from './permissions.ts';

export interface CallerPolicy {
  readonly on: 'caller';
  readonly permission?: Permission;
}

/**
 * Who may call an operation, and what its path names. Every operation declares one; the API checks it before the
 * operation's own code runs.
 */
export type Policy =
  | { readonly on: 'public' }
  /** Anyone with a valid token, with the permission in its scopes if it has any; the answer holds only what it reaches. */
  | CallerPolicy
  | { readonly on: 'organization' | 'project' | 'branch' | 'certificate'; readonly permission: Permission };

/** Where a request or an answer has no such part; clients may send an empty object in its place. */
export const none = z.strictObject({}).optional();

export const FORM_TYPE = 'multipart/form-data';

/** How a body comes as multipart/form-data: files in the field `files`, JSON in every other one. */
export interface FormBody {
  readonly files: string;
}

/** An answer that can be had as a form too: a field `metadata` with JSON, and a field `file` for each file. */
export const formAnswer = <Metadata extends z.ZodType>(metadata: Metadata) =>
  z.object({
    metadata,
    file: z.array(
      z.object({ name: z.string(), content: z.base64().meta({ description: 'Its bytes, in base64' }) }),
    ),
  });

/** One operation of the public API: its place, its policy, and the shapes of what goes in and comes out. */
export interface Operation<
  Params = unknown,
  Query = unknown,
  Body = unknown,
  Answer = unknown,
  P extends Policy = Policy,
> {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As in OpenAPI: `/v1/projects/{ref}`. */
  readonly path: string;
  readonly summary: string;
  readonly policy: P;
  readonly params: z.ZodType<Params>;
  readonly query: z.ZodType<Query>;
  readonly body: z.ZodType<Body>;
  readonly status: 200 | 201 | 202 | 204;
  readonly response: z.ZodType<Answer>;
  /** Where it is more than what a body usually may be. */
  readonly maxBodyBytes?: number;
  /** Set: the body is no JSON but a form. */
  readonly form?: FormBody;
  /** How the answer is given, where it is not JSON: as plain text, as Prometheus's, or in a header alone. */
  readonly answers?: 'text' | 'exposition' | { readonly header: string };
  /** Set: whoever accepts multipart/form-data gets the answer so, which is a `formAnswer`. */
  readonly answersForm?: true;
  /** Media types of bodies that Supabase takes here and this API does not, each with the reason, a sentence. */
  readonly refusedTypes?: Readonly<Record<string, string>>;
  /** Set: whoever may call it is told 501 and this reason, a sentence. */
  readonly notImplemented?: string;
}

export type UnimplementedOperation = Operation & { readonly notImplemented: string };

export function operation<Params, Query, Body, Answer, const P extends Policy>(
  declared: Operation<Params, Query, Body, Answer, P>,
): Operation<Params, Query, Body, Answer, P> {
  return declared;
}

/** An operation of Supabase's that is not to be had, and why. Its policy holds all the same. */
export function unimplemented(
  declared: Pick<
    UnimplementedOperation,
    'method' | 'path' | 'summary' | 'policy' | 'params' | 'notImplemented'
  >,
): UnimplementedOperation {
  return { query: z.unknown(), body: z.unknown(), status: 200, response: none, ...declared };
}
