import type { IntrospectResult } from '@supabase/lite';
import type { RequestScope } from '../request-scope.ts';
import { functionPaths } from './functions.ts';
import { tableDefinitions, tablePaths } from './tables.ts';

/** What PostgREST puts into every description (version 13 is what Supabase runs). */
const INFO = { title: 'PostgREST API', description: '', version: '13.0' };
const MEDIA_TYPES = ['application/json', 'application/vnd.pgrst.object+json', 'text/csv'];

/** Supabase describes the API to holders of a secret key only; lite answers everybody else so. */
export function asksForDescription({ caller, method, path }: RequestScope): boolean {
  return caller.role === 'service_role' && (method === 'GET' || method === 'HEAD') && /^\/?$/.test(path);
}

/** The tables and functions of one schema as OpenAPI 2.0, as far as clients read it. */
export function describeApi({ known, schema, method }: RequestScope, externalUrl: string): Response {
  const content = known.schemas.get(schema);
  if (content === undefined) return unknownSchema(schema, [...known.schemas.keys()]);
  const body = method === 'HEAD' ? null : JSON.stringify(describe(content, externalUrl));
  return new Response(body, {
    headers: { 'content-type': 'application/openapi+json; charset=utf-8', 'content-profile': schema },
  });
}

function describe(content: IntrospectResult, externalUrl: string): object {
  const { host, protocol, pathname } = new URL(externalUrl);
  return {
    swagger: '2.0',
    info: INFO,
    host,
    basePath: `${pathname.replace(/\/$/, '')}/rest/v1`,
    schemes: [protocol.replace(':', '')],
    consumes: MEDIA_TYPES,
    produces: MEDIA_TYPES,
    paths: { ...tablePaths(content), ...functionPaths(content.functions ?? []) },
    definitions: tableDefinitions(content),
  };
}

function unknownSchema(schema: string, exposed: readonly string[]): Response {
  const body = {
    code: 'PGRST106',
    message: `Invalid schema: ${schema}`,
    details: null,
    hint: `Only the following schemas are exposed: ${exposed.join(', ')}`,
  };
  return Response.json(body, { status: 406 });
}
