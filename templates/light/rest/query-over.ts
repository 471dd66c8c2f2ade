import {
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';
import type { Database } from '../database/connections.ts';
import { changedRows } from './changed-rows.ts';

const POSTGRES = {
  createAdapter: () => new PostgresAdapter(),
  createIntrospector: (db: Kysely<unknown>) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
};

/** Queries over one connection, in a transaction that began before and ends after all of them. */
export function queryOver(connection: DatabaseConnection): Database {
  return new Kysely({
    dialect: { ...POSTGRES, createDriver: () => driverOf(connection) },
    plugins: [changedRows()],
  });
}

function driverOf(connection: DatabaseConnection): Driver {
  const never = () => Promise.reject(new Error('Transactions do not nest.'));
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    beginTransaction: never,
    commitTransaction: never,
    rollbackTransaction: never,
    destroy: async () => {},
  };
}
