import { DatabaseError } from 'pg';
import type { Reply } from '../../server/reply.ts';
import type { RequestHead, Service } from '../../server/service.ts';
import { type WordedError, wordedError } from '../database-error.ts';
import { incomingHead, locationOf, scopeOf } from '../incoming.ts';
import type { RestConnection } from '../rest-connection.ts';
import type { SchemaCache } from '../schema-cache.ts';
import { Unavailable } from '../unavailable.ts';
import { columnsOf } from './columns.ts';
import { planRead } from './plan-read.ts';

const ARRAY = 'application/json; charset=utf-8';
const OBJECT = 'application/vnd.pgrst.object+json; charset=utf-8';

/** What an answer can be asked to be, as far as it is one of these. */
const FORMS: Readonly<Record<string, typeof ARRAY | typeof OBJECT>> = {
  '*/*': ARRAY,
  'application/json': ARRAY,
  'application/vnd.pgrst.object+json': OBJECT,
};

/**
 * Answers plain reads without lite, which takes three times as long to find the statement, and reads and writes anew
 * what Postgres has already put into JSON. Requests that it does not know, and most of those that fail, it leaves to
 * lite, so that each refusal is worded in one place; a read can be repeated.
 */
export function createReadReplies(parts: {
  prefix: string;
  cache: SchemaCache;
  connection: RestConnection;
}): NonNullable<Service['reply']> {
  const { prefix, cache, connection } = parts;
  return async (head, caller) => {
    const form = FORMS[head.headers.get('accept') ?? '*/*'];
    if (form === undefined || !isPlain(head)) return undefined;
    const known = await cache.get().catch(() => undefined);
    if (known === undefined) return undefined;
    const { maxRows, schemas: exposed } = known.api;
    const incoming = incomingHead(head, caller, { prefix, defaultSchema: exposed[0] ?? 'public' });
    const scope = scopeOf(incoming, known);
    const [, relation = ''] = /^\/(\w+)$/.exec(scope.path) ?? [];
    const schema = known.schemas.get(scope.schema);
    const columns = schema === undefined ? undefined : columnsOf(schema, relation);
    if (columns === undefined) return undefined;
    const query = incoming.url.searchParams;
    const asked = { schema: scope.schema, relation, columns, query, single: form === OBJECT, maxRows };
    const plan = planRead(asked);
    if (plan === undefined) return undefined;
    try {
      const [body = '', rows] = await connection.read(scope, plan);
      const count = Number(rows);
      if (form === OBJECT && count !== 1) return notOne(count);
      const headers = {
        'content-type': form,
        'content-range': rangeOf(count, plan.offset),
        'content-location': locationOf(incoming),
      };
      return { status: 200, headers, body };
    } catch (error) {
      const worded = isFinal(error) ? wordedError(error, scope) : undefined;
      return worded && refusalOf(worded);
    }
  };
}

function isPlain({ method, url, headers }: RequestHead): boolean {
  return method === 'GET' && !headers.has('prefer') && !headers.has('range') && !url.search.includes('%00');
}

/** Of a mistake in the request lite will tell, and at once; anything else could take as long again to come to the same. */
function isFinal(error: unknown): boolean {
  return (
    error instanceof Unavailable || (error instanceof DatabaseError && !/^(22|42)/.test(error.code ?? ''))
  );
}

function notOne(count: number): Reply {
  return refusalOf({
    status: 406,
    body: {
      code: 'PGRST116',
      message: 'Cannot coerce the result to a single JSON object',
      details: `The result contains ${count} rows`,
      hint: null,
    },
  });
}

function rangeOf(count: number, offset: number): string {
  return `${count === 0 ? '*' : `${offset}-${offset + count - 1}`}/*`;
}

function refusalOf(worded: WordedError): Reply {
  return { status: worded.status, headers: { 'content-type': ARRAY }, body: JSON.stringify(worded.body) };
}
