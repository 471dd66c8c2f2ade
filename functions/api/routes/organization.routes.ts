import { organizationOperations } from '../../contract/organization.contract.ts';
import { DATABASE_STATUSES } from '../../contract/status.ts';
import { ok } from '../../core/kernel/result.ts';
import { createOrganization } from '../../core/organization/create-organization.ts';
import { type Entitlement, entitlementsOf } from '../../core/organization/entitlements.ts';
import type { Organization } from '../../core/organization/organization.ts';
import { renameOrganization } from '../../core/organization/update-organization.ts';
import type { Cells } from '../../core/project/cells.port.ts';
import { deleteOrganization } from '../../core/project/delete-organization.ts';
import { parentOf } from '../../core/project/branch.ts';
import type { Project } from '../../core/project/project.ts';
import { type Route, onCaller, onOrganization } from '../route.ts';

const O = organizationOperations;

const render = ({ slug, name }: Organization) => ({ id: slug, slug, name });

export const organizationRoutes: Record<keyof typeof organizationOperations, Route> = {
  getProfile: onCaller(O.getProfile, async ({ principal: { user } }) =>
    ok({ gotrue_id: user.id, primary_email: user.email, username: user.email.split('@')[0] ?? user.email }),
  ),

  listOrganizations: onCaller(O.listOrganizations, async ({ principal, ports }) => {
    const found = await Promise.all(
      principal.memberships.map(({ organization }) => ports.organizations.organization(organization)),
    );
    return ok(found.filter((each) => each !== undefined).map(render));
  }),

  createOrganization: onCaller(O.createOrganization, async ({ body, principal, actor, ports }) => {
    const created = await createOrganization(body.name, principal, actor, ports);
    return created.ok ? ok(render(created.value)) : created;
  }),

  getOrganization: onOrganization(O.getOrganization, async ({ organization: { slug, name, plan } }) =>
    ok({ id: slug, name, plan, opt_in_tags: [], allowed_release_channels: ['ga' as const] }),
  ),

  updateOrganization: onOrganization(O.updateOrganization, async ({ organization, body, actor, ports }) => {
    const renamed = await renameOrganization(organization.slug, body.name, actor, ports);
    return renamed.ok ? ok(render(renamed.value)) : renamed;
  }),

  deleteOrganization: onOrganization(O.deleteOrganization, ({ organization, actor, ports }) =>
    deleteOrganization(organization, actor, ports),
  ),

  listOrganizationProjects: onOrganization(
    O.listOrganizationProjects,
    async ({ organization, query: { search = '', sort, statuses, offset, limit }, ports }) => {
      const words = search.toLowerCase();
      const all = (await ports.projects.ofOrganization(organization.slug))
        .filter(({ name, ref }) => name.toLowerCase().includes(words) || ref === words)
        .filter(({ status }) => statuses === undefined || statuses.includes(status))
        .toSorted(ORDERS[sort]);
      const projects = all.slice(offset, offset + limit).map((project) => renderListed(project, ports.cells));
      return ok({ projects, pagination: { count: all.length, limit, offset } });
    },
  ),

  getEntitlements: onOrganization(O.getEntitlements, async ({ organization }) =>
    ok({ entitlements: entitlementsOf(organization.plan).map(renderEntitlement) }),
  ),
};

const byText = (of: (project: Project) => string, sign: 1 | -1) => (one: Project, other: Project) =>
  sign * (of(one) < of(other) ? -1 : Number(of(one) > of(other)));

const nameOf = ({ name, ref }: Project) => `${name.toLowerCase()} ${ref}`;
const creationOf = ({ created_at, ref }: Project) => `${created_at} ${ref}`;

const ORDERS = {
  name_asc: byText(nameOf, 1),
  name_desc: byText(nameOf, -1),
  created_asc: byText(creationOf, 1),
  created_desc: byText(creationOf, -1),
} as const;

function renderListed(project: Project, cells: Cells) {
  const { ref, name, region, status, size, cell, created_at } = project;
  const cloud_provider = cells.get(cell)?.target === 'aws' ? 'AWS' : 'LOCAL';
  const database = {
    infra_compute_size: size,
    region,
    status: DATABASE_STATUSES.find((each) => each === status) ?? ('UNKNOWN' as const),
    cloud_provider,
    identifier: ref,
    type: 'PRIMARY' as const,
  };
  return {
    ref,
    name,
    cloud_provider,
    region,
    is_branch: parentOf(project) !== undefined,
    status,
    inserted_at: created_at,
    databases: [database],
  };
}

function renderEntitlement(entitlement: Entitlement) {
  const { key, type } = entitlement;
  const { enabled, config } = configOf(entitlement);
  return { feature: { key, type }, hasAccess: enabled, type, config };
}

function configOf(entitlement: Entitlement) {
  switch (entitlement.type) {
    case 'boolean':
      return { enabled: entitlement.enabled, config: { enabled: entitlement.enabled } };
    case 'set': {
      const set = [...entitlement.set];
      const enabled = set.length > 0;
      return { enabled, config: { enabled, set } };
    }
    case 'numeric': {
      const { value, unit } = entitlement;
      const enabled = value !== 0;
      return { enabled, config: { enabled, value: value ?? 0, unlimited: value === null, unit } };
    }
  }
}
