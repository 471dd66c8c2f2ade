import type { AnyAST, IntrospectResult } from '@supabase/lite';
import { PostgresConnection } from '@supabase/lite/postgres';
import { connectionOptions, type Database, disconnect } from '../database/connections.ts';
import type { Config } from '../settings/config.ts';
import { disallowedAggregate } from './allowances.ts';
import { postgrestError } from './database-error.ts';
import { currentScope, type RequestScope } from './request-scope.ts';
import { planRequest } from './plan-request.ts';
import type { ReadPlan } from './reads/plan-read.ts';
import { RequestPool } from './request-pool.ts';
import { databaseFor } from './scope-database.ts';
import { type SessionSetting, sessionSettings } from './session.ts';

const EMPTY: IntrospectResult = {
  tables: [],
  columns: [],
  indexes: [],
  foreign_keys: [],
  primary_keys: [],
  views: [],
  check_constraints: [],
  unique_constraints: [],
  comments: [],
  custom_types: [],
  triggers: [],
  database_name: 'postgres',
  version: '',
};

/**
 * lite's connection with our rules of who may become whom. Every request is one transaction of a login role that can
 * only take the role the request may have. (lite's own would run one pool for all, create roles and grant all
 * privileges on every schema to anon as soon as one table has row security.)
 */
export class RestConnection extends PostgresConnection {
  readonly #pools: Readonly<Record<'user' | 'service' | 'custom', RequestPool>>;

  constructor(config: Config) {
    super(connectionOptions(config, 'light_user'));
    this.#pools = {
      user: new RequestPool(config, 'light_user'),
      service: new RequestPool(config, 'light_service'),
      // For roles that a project made itself: nobody else may become them.
      custom: new RequestPool(config, 'authenticator'),
    };
  }

  override async introspect(): Promise<IntrospectResult> {
    const { known, schema } = currentScope();
    return known.schemas.get(schema) ?? EMPTY;
  }

  override async onPostgrestAST(ast: AnyAST): Promise<AnyAST> {
    const scope = currentScope();
    const { body, known } = scope;
    const disallowed = disallowedAggregate(ast, scope);
    if (disallowed !== undefined) throw disallowed;
    return planRequest(await super.onPostgrestAST(ast), await this.introspect(), body, known.api.maxRows);
  }

  override async withContext<T>(_vars: unknown, run: (db: Database) => Promise<T>): Promise<T> {
    const scope = currentScope();
    const { caller, method } = scope;
    const session = {
      ...sessionOf(scope),
      isRead: method === 'GET' || method === 'HEAD',
      isTrial: caller.role === 'service_role' && prefersRollback(scope.headers['prefer']),
    };
    return this.#poolOf(caller.role).transaction(session, (client, nameStatement) =>
      run(databaseFor(scope, client, nameStatement)),
    );
  }

  /** The row that a planned read answers with. */
  read(scope: RequestScope, plan: ReadPlan): Promise<readonly string[]> {
    return this.#poolOf(scope.caller.role).read(sessionOf(scope), plan);
  }

  override normalizeDbError(error: unknown): unknown {
    return postgrestError(error, currentScope());
  }

  override async close(): Promise<void> {
    const { user, service, custom } = this.#pools;
    await Promise.all([disconnect(this), user.close(), service.close(), custom.close()]);
  }

  #poolOf(role: string): RequestPool {
    if (role === 'anon' || role === 'authenticated') return this.#pools.user;
    return role === 'service_role' ? this.#pools.service : this.#pools.custom;
  }
}

function sessionOf(scope: RequestScope): { settings: readonly SessionSetting[]; scope: string } {
  const { caller, known, schema } = scope;
  return {
    settings: sessionSettings(scope, known.roleSettings.get(caller.role)),
    scope: `${schema} ${known.fingerprint}`,
  };
}

/**
 * Only with a secret key: Supabase lets no client decide how a transaction ends, since a function that counts
 * attempts could be called again and again otherwise.
 */
function prefersRollback(prefer = ''): boolean {
  return /(?:^|[,\s])tx=rollback(?:[\s,;]|$)/i.test(prefer);
}
