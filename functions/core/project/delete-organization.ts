import type { Clock } from '../kernel/clock.port.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import { MAX_WRITES } from '../kernel/table.port.ts';
import { auditWrite } from '../organization/audit.ts';
import { NO_SUCH_ORGANIZATION } from '../organization/guarded-change.ts';
import { invitationKey, type InvitationStore } from '../organization/invitation-store.ts';
import { type Organization, isCharged } from '../organization/organization.ts';
import {
  type OrganizationStore,
  removeMember,
  removeOrganization,
  removeToken,
} from '../organization/organization-store.ts';
import type { Actor } from '../organization/principal.ts';
import type { ProjectStore } from './project-store.ts';

interface DeletePorts {
  readonly organizations: OrganizationStore;
  readonly invitations: InvitationStore;
  readonly projects: ProjectStore;
  readonly clock: Clock;
}

const HAS_PROJECTS = fail('conflict', 'The organization has projects.', {
  suggestion: 'Delete them first, and wait until they are gone.',
});

const HAS_SUBSCRIPTION = fail(
  'conflict',
  'The organization has a subscription, which would go on being paid.',
  {
    suggestion: 'Cancel it in the billing portal, and delete the organization when it has ended.',
  },
);

/**
 * From the mark on no project can be created in it; only then is it asked for projects. Its audit events stay; who
 * belonged to it goes after it, and may as well be left over: nothing is left that it would belong to.
 */
export async function deleteOrganization(
  { slug, name }: Organization,
  actor: Actor,
  { organizations, invitations, projects, clock }: DeletePorts,
): Promise<Result<undefined, DomainError>> {
  await projects.closeTo(slug, clock.now());
  if (await projects.anyIn(slug)) {
    await projects.reopenTo(slug);
    return HAS_PROJECTS;
  }
  const read = await organizations.find(slug);
  if (read === undefined) return NO_SUCH_ORGANIZATION;
  if (isCharged(read.value)) {
    await projects.reopenTo(slug);
    return HAS_SUBSCRIPTION;
  }
  const [members, tokens, open] = await Promise.all([
    organizations.membersOf(slug),
    organizations.tokensOf({ organization: slug }),
    invitations.list(slug),
  ]);
  const action = 'organization.delete';
  const audit = { organization: slug, action, subject: slug, actor, at: clock.now(), details: { name } };
  const gone = await organizations.write([
    removeOrganization(read),
    projects.closedForever(slug),
    auditWrite(audit),
  ]);
  if (!gone.ok)
    return fail('conflict', 'The organization was changed meanwhile.', { suggestion: 'Try again.' });
  const rest = [
    ...tokens.map(removeToken),
    ...members.map(removeMember),
    ...open.map((each) => ({ kind: 'delete', key: invitationKey(each), if: 'any' }) as const),
  ];
  for (let start = 0; start < rest.length; start += MAX_WRITES) {
    await organizations.write(rest.slice(start, start + MAX_WRITES));
  }
  return ok(undefined);
}
