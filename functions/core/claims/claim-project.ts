import { PLANS } from '../../contract/plans.ts';
import { putSnippet, snippetsOf } from '../database/snippets/snippet-store.ts';
import type { Clock } from '../kernel/clock.port.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { ConditionFailed, Table, Versioned, Write } from '../kernel/table.port.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Organization } from '../organization/organization.ts';
import type { OrganizationStore } from '../organization/organization-store.ts';
import type { Actor } from '../organization/principal.ts';
import { TRANSITIONAL } from '../project/life-cycle.ts';
import { isActive } from '../project/room.ts';
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

/** Each failed attempt means that another project or this one was changed meanwhile. */
const ATTEMPTS = 8;

export interface Preview {
  readonly claim: Versioned<Claim>;
  readonly project: Versioned<Project>;
  readonly from: Organization;
  readonly errors: Remark[];
  readonly warnings: Remark[];
  /** What makes room for it among the active projects of the organization, to be written with its move. */
  readonly room: Result<readonly Write[], DomainError>;
}

/** One answer for what is wrong, used, revoked or expired: whoever guesses learns nothing. */
const NO_SUCH_CLAIM = fail('not_found', 'There is no such claim; it may have been used, or have expired.', {
  field: 'path.token',
  suggestion: 'Ask whoever has the project for a new token: POST /v1/projects/{ref}/claim-token.',
});

/** A transaction of the table holds 100 writes. */
const MOST_SNIPPETS = 80;

const PROJECT_LIMIT = 'project_limit';
const NO_NEED = ok<readonly Write[]>([]);

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
  const room = isActive(project.value) ? await ports.projects.roomIn(to.slug) : NO_NEED;
  const full = room.ok ? [] : [{ key: PROJECT_LIMIT, message: room.error.message }];
  const errors = [...(await obstacles(project.value, to, ports)), ...full];
  return ok({ claim, project, from, errors, warnings: losses(from, to), room });
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

/**
 * The project becomes the organization's, as it is: its ref, keys, data and address stay. The token ends with it. Of
 * several claims at once only as many get through as the plan has room for.
 */
export async function claimProject(
  token: string,
  to: Organization,
  actor: Actor,
  ports: ClaimPorts,
): Promise<Result<undefined, DomainError>> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const preview = await previewClaim(token, to, ports);
    if (!preview.ok) return preview;
    const { errors, room, project } = preview.value;
    const [obstacle] = errors;
    if (obstacle !== undefined && obstacle.key !== PROJECT_LIMIT) return fail('conflict', obstacle.message);
    if (!room.ok) return room;
    const written = await take(preview.value, room.value, to, actor, ports);
    if (written.ok) return ok(undefined);
    if (written.error.write === 1)
      return fail('conflict', `The organization already has a project named "${project.value.name}".`, {
        suggestion: 'Have one of the two renamed.',
      });
  }
  return fail('conflict', 'The project was changed by others at this moment.', { suggestion: 'Try again.' });
}

async function take(
  { claim, project, from }: Preview,
  room: readonly Write[],
  to: Organization,
  actor: Actor,
  { table, projects, clock }: ClaimPorts,
): Promise<Result<void, ConditionFailed>> {
  const at = clock.now();
  const { ref: subject, name } = project.value;
  const details = { name, from: from.slug, to: to.slug, token_by: claim.value.created_by };
  const audits = [from.slug, to.slug].map((organization) =>
    auditWrite({ organization, action: 'project.claim', subject, actor, at, details }),
  );
  const snippets = (await snippetsOf(from.slug, table)).filter(({ ref }) => ref === subject);
  const moved = snippets.map((snippet) => putSnippet({ ...snippet, organization: to.slug }, 'any'));
  return projects.move(project, to.slug, at, [deleteClaim(claim), ...room, ...audits, ...moved]);
}
