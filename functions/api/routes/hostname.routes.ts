import type { z } from 'zod';
import { type CustomHostnameBody, hostnameOperations } from '../../contract/hostnames.contract.ts';
import { type DomainError, fail } from '../../core/kernel/errors.ts';
import { type Result, ok } from '../../core/kernel/result.ts';
import { customHostnameSchema, vanitySubdomainSchema } from '../../core/project/hostname-rules.ts';
import {
  type HostnameView,
  activateCustom,
  activateVanity,
  challengeName,
  initializeCustom,
  releaseHostname,
  vanityIsFree,
  verifyCustom,
  viewHostname,
} from '../../core/project/hostnames.ts';
import type { Project } from '../../core/project/project.ts';
import type { ApiPorts } from '../call.ts';
import { type Route, onProject } from '../route.ts';

const O = hostnameOperations;

export const hostnameRoutes: Record<keyof typeof hostnameOperations, Route> = {
  getCustomHostname: onProject(O.getCustomHostname, async ({ project, ports }) =>
    ok(await renderCustom(project.value, await viewHostname(project.value, 'custom', ports), ports)),
  ),

  deleteCustomHostname: onProject(O.deleteCustomHostname, ({ project, actor, ports }) =>
    releaseHostname(project.value, 'custom', actor, ports),
  ),

  initializeCustomHostname: onProject(O.initializeCustomHostname, async ({ project, body, actor, ports }) => {
    const name = nameOf(customHostnameSchema, 'custom_hostname', body.custom_hostname);
    if (!name.ok) return name;
    return custom(project.value, await initializeCustom(project.value, name.value, actor, ports), ports);
  }),

  reverifyCustomHostname: onProject(O.reverifyCustomHostname, async ({ project, actor, ports }) =>
    custom(project.value, await verifyCustom(project.value, actor, ports), ports),
  ),

  activateCustomHostname: onProject(O.activateCustomHostname, async ({ project, actor, ports }) =>
    custom(project.value, await activateCustom(project.value, actor, ports), ports),
  ),

  getVanitySubdomain: onProject(O.getVanitySubdomain, async ({ project, ports }) => {
    const vanity = await viewHostname(project.value, 'vanity', ports);
    if (vanity !== undefined) {
      return ok({ status: 'active' as const, custom_domain: vanity.hostname.hostname });
    }
    const other = await viewHostname(project.value, 'custom', ports);
    return ok({
      status: other?.hostname.status === 'active' ? ('custom-domain-used' as const) : ('not-used' as const),
    });
  }),

  deleteVanitySubdomain: onProject(O.deleteVanitySubdomain, ({ project, actor, ports }) =>
    releaseHostname(project.value, 'vanity', actor, ports),
  ),

  checkVanitySubdomain: onProject(O.checkVanitySubdomain, async ({ project, body, ports }) => {
    const label = vanitySubdomainSchema.safeParse(body.vanity_subdomain);
    return ok({ available: label.success && (await vanityIsFree(project.value, label.data, ports)) });
  }),

  activateVanitySubdomain: onProject(O.activateVanitySubdomain, async ({ project, body, actor, ports }) => {
    const label = nameOf(vanitySubdomainSchema, 'vanity_subdomain', body.vanity_subdomain);
    if (!label.ok) return label;
    const activated = await activateVanity(project.value, label.value, actor, ports);
    return activated.ok ? ok({ custom_domain: activated.value.hostname.hostname }) : activated;
  }),
};

function nameOf(schema: z.ZodType<string>, key: string, value: string): Result<string, DomainError> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const field = `body.${key}`;
  return fail('validation_failed', `${field}: ${parsed.error.issues[0]?.message ?? 'is not valid'}`, {
    field,
  });
}

async function custom(
  project: Project,
  found: Result<HostnameView, DomainError>,
  ports: ApiPorts,
): Promise<Result<CustomHostnameBody, DomainError>> {
  return found.ok ? ok(await renderCustom(project, found.value, ports)) : found;
}

/** Supabase tells in these words how far a name has come. */
function statusOf(view: HostnameView | undefined): CustomHostnameBody['status'] {
  if (view === undefined) return '1_not_started';
  if (view.hostname.status === 'initiated') return '2_initiated';
  if (view.hostname.status === 'active') return '5_services_reconfigured';
  return view.serving ? '4_origin_setup_completed' : '3_challenge_verified';
}

async function renderCustom(
  project: Project,
  view: HostnameView | undefined,
  ports: ApiPorts,
): Promise<CustomHostnameBody> {
  const hostname = view?.hostname.hostname ?? '';
  const record =
    view === undefined ? undefined : { name: challengeName(hostname), value: view.hostname.challenge };
  const proven = view !== undefined && view.hostname.status !== 'initiated';
  return {
    status: statusOf(view),
    custom_hostname: hostname,
    data: {
      success: true,
      errors: [],
      messages: [],
      result: {
        id: project.ref,
        hostname,
        ssl: {
          status: view?.serving === true ? 'active' : 'pending_validation',
          // The one record stands in both places: the official CLI tells people of these alone.
          validation_records:
            record === undefined ? [] : [{ txt_name: record.name, txt_value: record.value }],
        },
        ownership_verification: { type: 'txt', name: record?.name ?? '', value: record?.value ?? '' },
        custom_origin_server: await ports.hostnames.target(project),
        ...(view === undefined || view.problems.length === 0
          ? {}
          : { verification_errors: [...view.problems] }),
        status: proven ? 'active' : 'pending',
      },
    },
  };
}
