import { organizationOperations } from '../../contract/organization.contract.ts';
import { ok } from '../../core/kernel/result.ts';
import { createOrganization } from '../../core/organization/create-organization.ts';
import type { Organization } from '../../core/organization/organization.ts';
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

  createOrganization: onCaller(O.createOrganization, async ({ body, actor, ports }) =>
    ok(render(await createOrganization(body.name, actor, ports))),
  ),

  getOrganization: onOrganization(O.getOrganization, async ({ organization: { slug, name, plan } }) =>
    ok({ id: slug, name, plan, opt_in_tags: [], allowed_release_channels: ['ga' as const] }),
  ),
};
