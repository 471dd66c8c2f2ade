import { databaseName } from '../names.ts';
import type { PooledDatabases } from '../pooled-databases.ts';
import type { Source } from './source.ts';

/** The database on the shared cluster, the roles that go with it, and the cluster's own note of whose they are. */
export function ofSharedCluster(pooled: PooledDatabases): Source {
  return {
    async list(ref) {
      const [state, roles, refs] = await Promise.all([pooled.state(ref), pooled.roles(ref), pooled.refs()]);
      return [
        ...(state === 'absent' ? [] : [{ kind: 'postgres:database', name: databaseName(ref) }]),
        ...roles.map((name) => ({ kind: 'postgres:role', name })),
        ...(refs.includes(ref) ? [{ kind: 'postgres:note', name: `baseplane.databases ${ref}` }] : []),
      ];
    },
    refs: () => pooled.refs(),
  };
}
