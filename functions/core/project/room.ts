import type { ProjectStatus } from '../../contract/status.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import type { OrganizationSlug, ProjectRef } from '../kernel/ids.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Key, Table, Write } from '../kernel/table.port.ts';
import { OrganizationStore } from '../organization/organization-store.ts';
import { PLAN_LIMITS } from '../organization/plans.ts';
import { parentOf } from './branch.ts';
import { SMALLEST } from './compute-size.ts';
import type { Project } from './project.ts';

/** Nothing of it runs, and nothing is on its way to. */
const AT_REST: readonly ProjectStatus[] = ['INACTIVE', 'INIT_FAILED', 'GOING_DOWN', 'REMOVED'];

/** Whether it is one of those that a plan limits; a branch counts with the project that it comes from. */
export const isActive = (project: Project): boolean =>
  !AT_REST.includes(project.status) && parentOf(project) === undefined;

/** Whether the plan has one more branch of a project that has so many: who makes one changes the project's own record. */
export async function roomForBranch(
  organization: OrganizationSlug,
  branches: number,
  table: Table,
): Promise<Result<undefined, DomainError>> {
  const found = await new OrganizationStore(table).organization(organization);
  const most = found === undefined ? null : PLAN_LIMITS[found.plan].branches;
  if (found === undefined || most === null || branches < most) return ok(undefined);
  return fail('quota_exceeded', `The plan "${found.plan}" includes ${most} branches of a project.`, {
    suggestion:
      most === 0
        ? 'Change the plan of the organization.'
        : 'Delete one of them, or change the plan of the organization.',
  });
}

/** What of a project costs whoever runs the cloud more than it has to. */
export type Asked = Partial<Pick<Project, 'tier' | 'size'>>;

const DEARER = [
  {
    limit: 'dedicated_databases',
    asks: ({ tier = 'pooled' }: Asked) => tier === 'dedicated',
    has: 'no database with a cluster of its own',
  },
  {
    limit: 'compute_sizes',
    asks: ({ size = SMALLEST }: Asked) => size !== SMALLEST,
    has: `the compute size ${SMALLEST} alone`,
  },
] as const;

/** Whether the plan has what is asked for. */
export async function mayHave(
  organization: OrganizationSlug,
  asked: Asked,
  table: Table,
): Promise<Result<undefined, DomainError>> {
  const dearer = DEARER.filter(({ asks }) => asks(asked));
  const found =
    dearer.length === 0 ? undefined : await new OrganizationStore(table).organization(organization);
  if (found === undefined) return ok(undefined);
  const beyond = dearer.find(({ limit }) => !PLAN_LIMITS[found.plan][limit]);
  if (beyond === undefined) return ok(undefined);
  return fail('quota_exceeded', `The plan "${found.plan}" includes ${beyond.has}.`, {
    suggestion: 'Ask for no more, or change the plan of the organization.',
  });
}

const guardKey = (organization: OrganizationSlug): Key => ({
  pk: `ORGANIZATION#${organization}`,
  sk: 'ROOM',
});

/**
 * What has to be written together with one more active project: the mark that everybody who makes one writes anew. Of
 * two who have counted the same projects one comes too late, and counts again. The limit stands in the answer where
 * there is no room; where the plan has none there is nothing to write.
 */
export async function roomIn(
  organization: OrganizationSlug,
  table: Table,
  projectsOf: () => Promise<readonly Project[]>,
  besides?: ProjectRef,
): Promise<Result<readonly Write[], DomainError>> {
  const found = await new OrganizationStore(table).organization(organization);
  const most = found === undefined ? null : PLAN_LIMITS[found.plan].active_projects;
  if (found === undefined || most === null) return ok([]);
  const guard = await table.get(guardKey(organization));
  const active = (await projectsOf()).filter((project) => isActive(project) && project.ref !== besides);
  if (active.length >= most) {
    return fail(
      'quota_exceeded',
      `The plan "${found.plan}" includes ${most} active projects: the organization has them.`,
      {
        suggestion: 'Pause or delete one of them, or change the plan of the organization.',
      },
    );
  }
  const condition = guard === undefined ? 'absent' : { version: guard.version };
  return ok([{ kind: 'put', if: condition, item: { ...guardKey(organization), data: {} } }]);
}
