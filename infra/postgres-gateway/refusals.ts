import type { ProjectStatus } from '../../functions/contract/status.ts';
import type { PostgresRefusal } from '../../functions/core/project/postgres-admission.ts';

export const protocolViolation = (reason: string): PostgresRefusal => ({
  sqlstate: '08P01',
  message: reason,
});

export const NO_PROJECT_NAMED: PostgresRefusal = {
  sqlstate: '28000',
  message: 'the connection does not say which project it is for',
  hint: 'Connect as <role>.<project ref>, for example postgres.abcdefghijklmnopqrst.',
};

export const TOO_MANY: PostgresRefusal = {
  sqlstate: '53300',
  message: 'too many connections for this project',
  hint: 'Close connections that are not in use, or let a smaller pool share them.',
};

export const OUTAGE: PostgresRefusal = {
  sqlstate: '57P03',
  message: 'the gateway cannot look up the project',
  hint: 'Try again.',
};

export const SHUTTING_DOWN: PostgresRefusal = {
  sqlstate: '57P01',
  message: 'terminating connection due to administrator command',
  hint: 'What takes connections is being stopped. Connect again in a moment.',
};

export const UNREACHABLE: PostgresRefusal = {
  sqlstate: '57P03',
  message: 'the database of the project does not take connections now',
  hint: 'Try again; if it happens again, look into the project’s log.',
};

export const notRunning = (status: ProjectStatus): PostgresRefusal => ({
  sqlstate: '57P03',
  message: `the project is not running: it is ${status}`,
  hint: 'Try again later, or look at it on the dashboard.',
});
