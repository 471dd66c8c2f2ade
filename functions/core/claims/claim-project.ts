import { PLANS } from '../../contract/plans.ts';
import { putSnippet, snippetsOf } from '../database/snippets/snippet-store.ts';
import type { Clock } from '../kernel/clock.port.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Table, Versioned } from '../kernel/table.port.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Organization } from '../organization/organization.ts';
import type { OrganizationStore } from '../organization/organization-store.ts';
import type { Actor } from '../organization/principal.ts';
import { TRANSITIONAL } from '../project/life-cycle.ts';
import type { ProjectStore } from '../project/project-store.ts';
import type { Project } from '../project/project.ts';
import { type Claim, claimBy, deleteClaim } from './claim-store.ts';

export interface ClaimPorts {
  readonly table: Table;
  readonly projects: ProjectStore;
  readonly organizations: OrganizationStore;
  readonly clock: Clock;
}

interface Remark {
  readonly key: string;
  readonly message: string;
}

export interface Preview {
  readonly claim: Versioned<Claim>;
  readonly project: Versioned<Project>;
  readonly from: Organization;
  readonly errors: Remark[];
  readonly warnings: Remark[];
}

/** One answer for what is wrong, used, revoked or expired: whoever guesses learns nothing. */
const NO_SUCH_CLAIM = fail('not_found', 'There is no such claim; it may have been used, or have expired.', {
  field: 'path.token',
  suggestion: 'Ask whoever has the project for a new token: POST /v1/projects/{ref}/claim-token.',
});

/** A transaction of the table holds 100 writes. */
const MOST_SNIPPETS = 80;

/** What would come of it if the organization claimed the project that the token is for. */
export async function previewClaim(
  token: string,
  to: Organization,
  ports: Omit<ClaimPorts, 'clock'>,
): Promise<Result<Preview, DomainError>> {
  const claim = await claimBy(token, ports.table);
  const project = claim && (await ports.projects.find(claim.value.ref));
  const from = project && (await ports.organizations.organization(project.value.organization));
  if (claim === undefined || project === undefined || from === undefined) return NO_SUCH_CLAIM;
  const errors = await obstacles(project.value, to, ports);
  return ok({ claim, project, from, errors, warnings: losses(from, to) });
}

async function obstacles(
  project: Project,
  to: Organization,
  { table, projects }: Pick<ClaimPorts, 'table' | 'projects'>,
): Promise<Remark[]> {
  const snippets = (await snippetsOf(project.organization, table)).filter(({ ref }) => ref === project.ref);
  const branched = project.branch !== null || (await projects.branchesOf(project)).length > 0;
  const all = [
    [project.organization === to.slug, 'same_organization', 'The project is in this organization already.'],
    [branched, 'has_branches', 'The project is branched: its branches have to be deleted first.'],
    [
      TRANSITIONAL.includes(project.status),
      'in_transition',
      `The project is ${project.status}: wait for it.`,
    ],
    [snippets.length > MOST_SNIPPETS, 'snippets', `More than ${MOST_SNIPPETS} snippets are saved in it.`],
  ] as const;
  return all.flatMap(([holds, key, message]) => (holds ? [{ key, message }] : []));
}

const losses = (from: Organization, to: Organization): Remark[] =>
  PLANS.indexOf(to.plan) < PLANS.indexOf(from.plan)
    ? [{ key: 'smaller_plan', message: `The plan of the project becomes ${to.plan}, from ${from.plan}.` }]
    : [];

/** The project becomes the organization's, as it is: its ref, keys, data and address stay. The token ends with it. */
export async function claimProject(
  token: string,
  to: Organization,
  actor: Actor,
  ports: ClaimPorts,
): Promise<Result<undefined, DomainError>> {
  const preview = await previewClaim(token, to, ports);
  if (!preview.ok) return preview;
  const { claim, project, from, errors } = preview.value;
  const [obstacle] = errors;
  if (obstacle !== undefined) return fail('conflict', obstacle.message);
  const at = ports.clock.now();
  const { ref: subject, name } = project.value;
  const details = { name, from: from.slug, to: to.slug, token_by: claim.value.created_by };
  const audits = [from.slug, to.slug].map((organization) =>
    auditWrite({ organization, action: 'project.claim', subject, actor, at, details }),
  );
  const snippets = (await snippetsOf(from.slug, ports.table)).filter(({ ref }) => ref === subject);
  const moved = snippets.map((snippet) => putSnippet({ ...snippet, organization: to.slug }, 'any'));
  const more = [deleteClaim(claim), ...audits, ...moved];
  const written = await ports.projects.move(project, to.slug, at, more);
  if (written.ok) return ok(undefined);
  return written.error.write === 1
    ? fail('conflict', `The organization already has a project named "${name}".`, {
        suggestion: 'Have one of the two renamed.',
      })
    : fail('conflict', 'The project was changed by others at this moment.', { suggestion: 'Try again.' });
}
