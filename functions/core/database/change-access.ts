import type { Clock } from '../kernel/clock.port.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Table } from '../kernel/table.port.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import { type DatabaseAccess, accessWrite, readAccess } from '../project/database-access.ts';
import type { Project } from '../project/project.ts';

export type AccessChange = (access: DatabaseAccess) => Partial<DatabaseAccess>;

/** Every connection is held against all of them. */
const MAX_BLOCKS = 250;

/** Changes who may connect from outside. It is in force as soon as it is stored: at the next connection. */
export async function changeAccess(
  { ref, organization }: Pick<Project, 'ref' | 'organization'>,
  { action, change }: { readonly action: string; readonly change: AccessChange },
  actor: Actor,
  ports: { readonly table: Table; readonly clock: Clock },
): Promise<Result<DatabaseAccess, DomainError>> {
  for (;;) {
    const at = ports.clock.now();
    const { value, version } = await readAccess(ref, ports);
    const next = { ...value, ...change(value), changedAt: at.toISOString() };
    const { sslEnforced, allowedCidrs, allowedCidrsV6 } = next;
    if (Math.max(allowedCidrs.length, allowedCidrsV6.length) > MAX_BLOCKS) {
      return fail('validation_failed', `There would be more than ${MAX_BLOCKS} blocks of addresses.`, {
        field: 'body',
        suggestion: 'Join neighbouring blocks into larger ones.',
      });
    }
    const details = { sslEnforced, allowedCidrs, allowedCidrsV6 };
    const audit = auditWrite({ organization, action, subject: ref, actor, at, details });
    const written = await ports.table.write([accessWrite(ref, version, next), audit]);
    // Somebody else has changed something at the same moment: change what is there now.
    if (written.ok) return ok(next);
  }
}
