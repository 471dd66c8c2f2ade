import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Table } from '../kernel/table.port.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import type { Project } from '../project/project.ts';
import { type ServicesPorts, askService, unexpected } from './ask-services.ts';
import { whileRunning } from './run-query.ts';

/** Ends every connection to the project's Realtime; clients are told that they may come back at once. */
export async function endRealtime(
  project: Project,
  actor: Actor,
  ports: ServicesPorts & { readonly table: Table },
): Promise<Result<undefined, DomainError>> {
  const running = whileRunning(project);
  if (!running.ok) return running;
  const { organization, ref: subject } = project;
  const action = 'project.realtime.shutdown';
  const audit = auditWrite({ organization, action, subject, actor, at: ports.clock.now() });
  // Before anything is done, as with SQL whose effect the table's transaction does not hold.
  await ports.table.write([audit]);
  const asked = { service: 'realtime', method: 'post', path: '/realtime/v1/api/shutdown' } as const;
  const answer = await askService(project, asked, ports);
  if (!answer.ok) return answer;
  if (answer.value.status === 204) return ok(undefined);
  if (answer.value.status !== 404) return unexpected('realtime', answer.value);
  return fail(
    'not_implemented',
    `Realtime of the template "${project.template}" cannot be told to end its connections.`,
    { suggestion: 'Restart the project to end them.' },
  );
}
