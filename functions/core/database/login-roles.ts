import type { Clock } from '../kernel/clock.port.ts';
import type { DomainError } from '../kernel/errors.ts';
import type { Random } from '../kernel/random.port.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Table } from '../kernel/table.port.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import type { ProjectPorts } from '../project/ports.ts';
import type { Project } from '../project/project.ts';
import { stackIn } from './stack-in.ts';

/** As long as a migration or a dump may take to get to its last connection. */
const TTL_SECONDS = 3600;

export type LoginPorts = Pick<ProjectPorts, 'databases' | 'catalogue'> & {
  readonly table: Table;
  readonly clock: Clock;
  readonly random: Random;
};

export interface LoginRole {
  readonly role: string;
  /** Shown once; the database keeps what it can be checked by. */
  readonly password: string;
  readonly ttlSeconds: number;
}

/** Makes a role by which the CLI gets into the database without the password of its owner. */
export async function createLoginRole(
  project: Project,
  readOnly: boolean,
  actor: Actor,
  ports: LoginPorts,
): Promise<Result<LoginRole, DomainError>> {
  const stack = stackIn(project, ports);
  if (!stack.ok) return stack;
  const at = ports.clock.now();
  const password = Buffer.from(ports.random.bytes(24)).toString('base64url');
  const until = new Date(at.getTime() + TTL_SECONDS * 1000);
  const role = await ports.databases.grantLogin(stack.value, { readOnly, password, until });
  const { ref: subject, organization } = project;
  const details = { role, until: until.toISOString() };
  const audit = { organization, action: 'project.login_role.create', subject, actor, at, details };
  await ports.table.write([auditWrite(audit)]);
  return ok({ role, password, ttlSeconds: TTL_SECONDS });
}

export async function deleteLoginRoles(
  project: Project,
  actor: Actor,
  ports: LoginPorts,
): Promise<Result<undefined, DomainError>> {
  const stack = stackIn(project, ports);
  if (!stack.ok) return stack;
  await ports.databases.revokeLogins(stack.value);
  const { ref: subject, organization } = project;
  const audit = { organization, action: 'project.login_role.delete', subject, actor, at: ports.clock.now() };
  await ports.table.write([auditWrite(audit)]);
  return ok(undefined);
}
