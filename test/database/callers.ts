import type { Client } from 'pg';
import type { DatabaseScript } from '../../templates/database/scripts.ts';
import { startCluster, type Cluster } from './cluster.ts';

export async function apply(db: Client, scripts: readonly DatabaseScript[]): Promise<void> {
  for (const { sql } of scripts) await db.query(sql);
}

/** Somebody who turns a database into Supabase's. */
export type Caller = {
  readonly name: string;
  readonly user: string;
  /** A cluster in which the caller has an empty database called `project`. */
  cluster(): Promise<Cluster>;
};

const superuser: Caller = {
  name: 'a superuser',
  user: 'supabase_admin',
  async cluster() {
    const cluster = await startCluster('supabase_admin');
    await run(cluster, 'supabase_admin', 'create database project');
    return cluster;
  },
};

/**
 * The master user of an Aurora cluster as far as plain Postgres can be made to resemble it: no superuser, no attribute
 * but CREATEROLE and CREATEDB, able to give away the roles that stand for more.
 */
export const masterUser: Caller = {
  name: 'a master user like that of Aurora',
  user: 'master',
  async cluster() {
    const cluster = await startCluster('rdsadmin');
    await run(
      cluster,
      'rdsadmin',
      `create role rds_superuser nologin;
       create role rds_replication nologin;
       create role master login createrole createdb;
       grant rds_superuser, rds_replication, pg_monitor, pg_signal_backend, pg_read_all_data
         to master with admin option;
       alter database postgres owner to master`,
    );
    await run(cluster, 'master', 'create database project');
    return cluster;
  },
};

/** May make roles and databases, and nothing else at all. */
const bareRole: Caller = {
  name: 'a role with nothing but CREATEROLE and CREATEDB',
  user: 'master',
  async cluster() {
    const cluster = await startCluster('rdsadmin');
    await run(cluster, 'rdsadmin', 'create role master login createrole createdb');
    await run(cluster, 'master', 'create database project');
    return cluster;
  },
};

export const callers: readonly Caller[] = [superuser, masterUser, bareRole];

async function run(cluster: Cluster, user: string, sql: string): Promise<void> {
  const db = await cluster.connect(user);
  await db.query(sql);
  await db.end();
}
