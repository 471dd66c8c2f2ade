import type { ProjectStatus } from '../../contract/status.ts';

/** The statuses in which a project's database takes statements; a redeployment of the services leaves it alone. */
export const DATABASE_ANSWERS: readonly ProjectStatus[] = [
  'ACTIVE_HEALTHY',
  'ACTIVE_UNHEALTHY',
  'RESTARTING',
  'RESIZING',
  'UPGRADING',
];
