import type { IntrospectResult } from '@supabase/lite';
import { PostgresConnection } from '@supabase/lite/postgres';
import { connectAs, connectionOptions } from '../database/connections.ts';
import type { Config } from '../settings/config.ts';
import { statusOf } from './database-error.ts';
import { requestScope, type RequestScope } from './request-scope.ts';
import { SchemaCache } from './schema-cache.ts';
import { applySettings, type Database, sessionSettings } from './session.ts';

/**
 * lite's connection with our rules of who may become whom. Every request is one transaction of a login role that can
 * only take the role the request may have. (lite's own would run one pool for all, create roles and grant all
 * privileges on every schema to anon as soon as one table has row security.)
 */
export class RestConnection extends PostgresConnection {
  readonly schema: SchemaCache;
  readonly #pools: Readonly<Record<'user' | 'service' | 'custom', PostgresConnection>>;

  constructor(config: Config) {
    super(connectionOptions(config, 'authenticator', { role: 'service_role' }));
    this.schema = new SchemaCache(() => super.introspect({ useCache: false }));
    this.#pools = {
      user: connectAs(config, 'light_user'),
      service: connectAs(config, 'light_service'),
      custom: connectAs(config, 'authenticator'),
    };
  }

  override introspect(): Promise<IntrospectResult> {
    return this.schema.get();
  }

  override async withContext<T>(_vars: unknown, run: (db: Database) => Promise<T>): Promise<T> {
    const scope = currentScope();
    const settings = sessionSettings(scope, {});
    return this.#poolOf(scope.caller.role)
      .kysely.transaction()
      .execute(async (transaction) => {
        await applySettings(transaction, settings);
        return run(transaction);
      });
  }

  /** Answers as PostgREST does; lite leaves out many codes, among them that of `raise exception`. */
  override normalizeDbError(error: unknown): unknown {
    if (!isDatabaseError(error) || error.code === 'PGRST' || /^PT\d{3}$/.test(error.code)) return error;
    const { code, message, detail, hint } = error;
    const status = statusOf(code, currentScope().caller.role === 'anon');
    return {
      code: 'PGRST',
      message: JSON.stringify({ code, message, details: detail ?? null, hint: hint ?? null }),
      detail: JSON.stringify({ status, headers: {} }),
    };
  }

  override async close(): Promise<void> {
    const pools = Object.values(this.#pools).map((pool) => pool.close());
    await Promise.all([super.close(), ...pools]);
  }

  #poolOf(role: string): PostgresConnection {
    if (role === 'anon' || role === 'authenticated') return this.#pools.user;
    return role === 'service_role' ? this.#pools.service : this.#pools.custom;
  }
}

function currentScope(): RequestScope {
  const scope = requestScope.getStore();
  if (scope === undefined) throw new Error('REST was used outside a request.');
  return scope;
}

type DatabaseError = Error & { code: string; detail?: string; hint?: string };

function isDatabaseError(error: unknown): error is DatabaseError {
  return (
    error instanceof Error &&
    error.name === 'PostgresError' &&
    'code' in error &&
    typeof error.code === 'string'
  );
}
