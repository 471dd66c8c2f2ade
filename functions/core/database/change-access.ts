import type { Clock } from '../kernel/clock.port.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Table } from '../kernel/table.port.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import { type Cells, cellOf } from '../project/cells.port.ts';
import { type DatabaseAccess, accessWrite, readAccess } from '../project/database-access.ts';
import type { Project } from '../project/project.ts';

export type AccessChange = (access: DatabaseAccess) => Partial<DatabaseAccess>;

/** Every connection is held against all of them. */
const MAX_BLOCKS = 250;

/**
 * Why there is nothing to be changed: without a gateway in the cell no way leads to a project's Postgres from outside. A
 * machine whose gateway is off keeps what is said for when it is on.
 */
const NO_WAY_IN = fail(
  'not_implemented',
  'This installation has no Postgres gateway: nobody reaches the database from outside, and there is nobody to restrict.',
  { suggestion: 'Use the project’s REST API, or POST /v1/projects/{ref}/database/query.' },
);

/** Changes who may connect from outside. It is in force as soon as it is stored: at the next connection. */
export async function changeAccess(
  { ref, organization, cell }: Pick<Project, 'ref' | 'organization' | 'cell'>,
  { action, change }: { readonly action: string; readonly change: AccessChange },
  actor: Actor,
  ports: { readonly table: Table; readonly clock: Clock; readonly cells: Cells },
): Promise<Result<DatabaseAccess, DomainError>> {
  const { target, postgres } = cellOf(ports.cells, { ref, cell });
  if (target === 'aws' && postgres === undefined) return NO_WAY_IN;
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
