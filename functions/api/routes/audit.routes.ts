import type { z } from 'zod';
import { auditOperations } from '../../contract/audit.contract.ts';
import type { DomainError } from '../../core/kernel/errors.ts';
import { type Result, ok } from '../../core/kernel/result.ts';
import { type AuditPage, type AuditQuery, readAudit } from '../../core/organization/audit-log.ts';
import { auditPartition } from '../../core/organization/audit.ts';
import { type Route, onCaller, onOrganization } from '../route.ts';

const O = auditOperations;

export const auditRoutes: Record<keyof typeof auditOperations, Route> = {
  listAuditEvents: onOrganization(O.listAuditEvents, async ({ organization, query, actor, ports }) => {
    const partition = auditPartition({ organization: organization.slug, actor });
    return render(await readAudit(partition, asked(query), ports));
  }),

  listOwnAuditEvents: onCaller(O.listOwnAuditEvents, async ({ query, actor, ports }) =>
    render(await readAudit(auditPartition({ organization: null, actor }), asked(query), ports)),
  ),
};

function asked({
  action,
  actor,
  from,
  to,
  limit,
  cursor,
}: z.infer<typeof O.listAuditEvents.query>): AuditQuery {
  return {
    limit,
    ...(action === undefined ? {} : { action }),
    ...(actor === undefined ? {} : { actor }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(cursor === undefined ? {} : { cursor }),
  };
}

function render(page: Result<AuditPage, DomainError>) {
  return page.ok ? ok({ events: [...page.value.events], cursor: page.value.cursor }) : page;
}
