import type { JsonObject } from '../kernel/json.ts';
import type { OrganizationSlug } from '../kernel/ids.ts';
import type { Write } from '../kernel/table.port.ts';
import type { Actor } from './principal.ts';

export interface AuditEvent {
  /** Null: it concerns nobody but who did it. */
  readonly organization: OrganizationSlug | null;
  /** `project.create`, `project.remove`, … */
  readonly action: string;
  /** What it was done to: a ref, a slug, a token's id. */
  readonly subject: string;
  readonly actor: Actor;
  readonly at: Date;
  readonly details?: JsonObject;
}

/** Where the events of an organization stand, or those of a person that concern none. */
export const auditPartition = (
  of: Pick<AuditEvent, 'organization'> & { readonly actor: Pick<Actor, 'user'> },
) => (of.organization === null ? `USER#${of.actor.user}` : `ORGANIZATION#${of.organization}`);

/** Stands in the same transaction as the mutation it tells of, so that neither exists without the other. */
export function auditWrite(event: AuditEvent): Write {
  const at = event.at.toISOString();
  return {
    kind: 'put',
    if: 'any',
    item: {
      pk: auditPartition(event),
      sk: `AUDIT#${at}#${event.actor.request_id}#${event.action}`,
      data: {
        action: event.action,
        subject: event.subject,
        at,
        actor: { ...event.actor },
        details: event.details ?? {},
      },
    },
  };
}
