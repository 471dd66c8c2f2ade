/** The statuses of a project: Supabase's, letter by letter, because its clients decode them as a closed set. */
export const PROJECT_STATUSES = [
  'COMING_UP',
  'ACTIVE_HEALTHY',
  'ACTIVE_UNHEALTHY',
  'PAUSING',
  'INACTIVE',
  'RESTORING',
  'RESTARTING',
  'RESIZING',
  'UPGRADING',
  'GOING_DOWN',
  'REMOVED',
  'INIT_FAILED',
  'PAUSE_FAILED',
  'RESTORE_FAILED',
  'UNKNOWN',
] as const;

/** How far a branch is in taking over migrations: Supabase's closed set. */
export const BRANCH_STATUSES = [
  'CREATING_PROJECT',
  'RUNNING_MIGRATIONS',
  'MIGRATIONS_PASSED',
  'MIGRATIONS_FAILED',
  'FUNCTIONS_DEPLOYED',
  'FUNCTIONS_FAILED',
] as const;

export type ProjectStatus = (typeof PROJECT_STATUSES)[number];

/** The statuses of a database in Supabase's list of an organization's projects, a closed set of its own. */
export const DATABASE_STATUSES = [
  'ACTIVE_HEALTHY',
  'ACTIVE_UNHEALTHY',
  'COMING_UP',
  'GOING_DOWN',
  'INIT_FAILED',
  'REMOVED',
  'RESTORING',
  'UNKNOWN',
  'INIT_READ_REPLICA',
  'INIT_READ_REPLICA_FAILED',
  'RESTARTING',
  'RESIZING',
] as const;

/** What a person may ask of a project that exists; whether it may be done now is the life-cycle table's to say. */
export const PROJECT_ACTIONS = [
  'retry',
  'pause',
  'restore',
  'recover',
  'restart',
  'upgrade',
  'delete',
] as const;

export type ProjectAction = (typeof PROJECT_ACTIONS)[number];
