import type { Clock } from '../kernel/clock.port.ts';
import type { Table } from '../kernel/table.port.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import { forgetWrite } from '../project/login-failures.ts';
import type { Project } from '../project/project.ts';

/** Lets addresses try again; one that is not banned is fine. */
export async function liftBans(
  { ref, organization }: Pick<Project, 'ref' | 'organization'>,
  addresses: readonly string[],
  actor: Actor,
  ports: { readonly table: Table; readonly clock: Clock },
): Promise<void> {
  const lifted = [...new Set(addresses)];
  const audit = auditWrite({
    organization,
    action: 'project.network_bans.lift',
    subject: ref,
    actor,
    at: ports.clock.now(),
    details: { addresses: lifted },
  });
  await ports.table.write([...lifted.map((address) => forgetWrite(ref, address)), audit]);
}
