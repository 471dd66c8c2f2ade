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

function superuser(user: string): Caller {
  return {
    name: `the superuser ${user}`,
    user,
    async cluster() {
      const cluster = await startCluster(user);
      await run(cluster, user, 'create database project');
      return cluster;
    },
  };
}

/**
 * The master user of an Aurora cluster as far as plain Postgres can be made to resemble it: no superuser, no attribute
 * but CREATEROLE and CREATEDB, able to give away the roles that stand for more.
 */
function auroraMaster(user: string): Caller {
  return {
    name: `Aurora’s master user ${user}`,
    user,
    async cluster() {
      const cluster = await startCluster('rdsadmin');
      await run(
        cluster,
        'rdsadmin',
        `create role rds_superuser nologin;
         create role rds_replication nologin;
         create role ${user} login createrole createdb;
         grant rds_superuser, rds_replication, pg_monitor, pg_signal_backend, pg_read_all_data
           to ${user} with admin option;
         alter database postgres owner to ${user}`,
      );
      await run(cluster, user, 'create database project');
      return cluster;
    },
  };
}

/** May make roles and databases, and nothing else at all. */
export const bareRole: Caller = {
  name: 'a role with CREATEROLE and CREATEDB alone',
  user: 'master',
  async cluster() {
    const cluster = await startCluster('rdsadmin');
    await run(cluster, 'rdsadmin', 'create role master login createrole createdb');
    await run(cluster, 'master', 'create database project');
    return cluster;
  },
};

export const supabaseAdmin = superuser('supabase_admin');
export const masterUser = auroraMaster('master');
export const callers: readonly Caller[] = [supabaseAdmin, masterUser];

/** Callers that have the name of a role the scripts make, so that the role is more than it should be. */
export const namesakes: readonly Caller[] = [superuser('postgres'), auroraMaster('postgres')];

async function run(cluster: Cluster, user: string, sql: string): Promise<void> {
  const db = await cluster.connect(user);
  await db.query(sql);
  await db.end();
}
