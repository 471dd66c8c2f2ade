import type { DatabaseState } from '../../core/project/databases.port.ts';

/** What RDS's statuses of clusters and instances mean here. One that is not here will pass, as 'renaming' does. */
const STATES: Readonly<Record<string, DatabaseState>> = {
  available: 'available',
  'backing-up': 'available',
  'configuring-enhanced-monitoring': 'available',
  'configuring-iam-database-auth': 'available',
  'configuring-log-exports': 'available',
  maintenance: 'available',
  modifying: 'available',
  'resetting-master-credentials': 'available',
  'storage-optimization': 'available',
  creating: 'creating',
  migrating: 'creating',
  starting: 'starting',
  stopping: 'stopping',
  deleting: 'stopping',
  stopped: 'stopped',
  failed: 'failed',
  'inaccessible-encryption-credentials': 'failed',
  'inaccessible-encryption-credentials-recoverable': 'failed',
  'incompatible-network': 'failed',
  'incompatible-parameters': 'failed',
  'migration-failed': 'failed',
  'restore-error': 'failed',
  'storage-full': 'failed',
};

/** Of a cluster and its instance, that state counts which is furthest from being available. */
const FURTHEST_FIRST: readonly DatabaseState[] = ['failed', 'stopping', 'stopped', 'creating', 'starting'];

export function stateOf(cluster: string | undefined, instance: string | undefined): DatabaseState {
  // An instance that is not there yet is one that `create` still has to make.
  const states = [STATES[cluster ?? ''] ?? 'starting', STATES[instance ?? 'creating'] ?? 'starting'];
  return FURTHEST_FIRST.find((state) => states.includes(state)) ?? 'available';
}
