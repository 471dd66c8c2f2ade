import { z } from 'zod';
import type { LoginRole } from '../database/connections.ts';
import { openPool } from '../database/pool.ts';
import { isDatabaseError, type SqlPool, sqlOver } from '../database/sql.ts';
import type { Caller } from '../gateway/caller.ts';
import type { Service, ServiceContext } from '../server/service.ts';

const PREFIX = '/graphql/v1';

const MAX_BODY_BYTES = 1024 * 1024;

/** GraphQL over HTTP, as clients send it. */
const Operation = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  extensions: z.record(z.string(), z.unknown()).nullish(),
});
type Operation = z.infer<typeof Operation>;

/** Who may become which role; roles that a project made itself belong to authenticator. */
const LOGINS: Readonly<Record<string, LoginRole>> = {
  anon: 'light_user',
  authenticated: 'light_user',
  service_role: 'light_service',
};

/** GraphQL is what pg_graphql makes of the schema; where the database lacks it, there is none. */
export async function createGraphqlService({ config, database }: ServiceContext): Promise<Service> {
  const pools = new Map<LoginRole, SqlPool>();

  function poolOf(role: string) {
    const login = LOGINS[role] ?? 'authenticator';
    const pool = pools.get(login) ?? sqlOver(openPool(config, login));
    pools.set(login, pool);
    return pool;
  }

  async function isInstalled(): Promise<boolean> {
    const found = await database.driver`select from pg_extension where extname = 'pg_graphql'`;
    return found.length > 0;
  }

  function resolve(operation: Operation, caller: Caller): Promise<unknown> {
    const { query, operationName = null, variables = null, extensions = null } = operation;
    const claims = JSON.stringify({ ...caller.claims, role: caller.role });
    return poolOf(caller.role).begin(async (sql) => {
      await sql`select set_config('role', ${caller.role}, true), set_config('request.jwt.claims', ${claims}, true)`;
      const [row] = await sql<{ answer: string }[]>`
        select graphql.resolve(
          query => ${query},
          variables => ${JSON.stringify(variables ?? {})}::text::jsonb,
          "operationName" => ${operationName},
          extensions => ${JSON.stringify(extensions)}::text::jsonb
        )::text as answer`;
      return row?.answer;
    });
  }

  return {
    name: 'graphql',
    prefix: PREFIX,
    maxBodyBytes: MAX_BODY_BYTES,
    async fetch(request, caller) {
      if (!(await isInstalled())) return notInstalled();
      const operation = Operation.safeParse(await request.json().catch(() => undefined));
      if (!operation.success)
        return failed('The body must be a JSON object with a query and, if need be, its variables.');
      try {
        const answer = await resolve(operation.data, caller);
        return new Response(String(answer), { headers: { 'content-type': 'application/json' } });
      } catch (error) {
        if (!isDatabaseError(error)) throw error;
        return failed(error.message);
      }
    },
    async health() {
      return { healthy: true };
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.end()));
    },
  };
}

function notInstalled(): Response {
  return Response.json(
    {
      message: 'GraphQL needs the extension pg_graphql, which this database does not have.',
      hint: 'Run "create extension pg_graphql" where the Postgres server offers it, or use the REST API.',
    },
    { status: 501 },
  );
}

function failed(message: string): Response {
  return Response.json({ errors: [{ message }] }, { status: 400 });
}
