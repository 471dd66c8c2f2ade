import { z } from 'zod';
import { type BranchProject, NO_SUCH_BRANCH, isBranch } from '../core/branches/branch.ts';
import type { CallerPolicy, Operation, Policy, UnimplementedOperation } from '../contract/operation.ts';
import type { Permission } from '../contract/permissions.ts';
import { type DomainError, fail } from '../core/kernel/errors.ts';
import { isProjectRef, organizationSlugSchema } from '../core/kernel/ids.ts';
import { type Result, ok } from '../core/kernel/result.ts';
import type { Versioned } from '../core/kernel/table.port.ts';
import { NO_SUCH_ORGANIZATION } from '../core/organization/guarded-change.ts';
import type { Organization } from '../core/organization/organization.ts';
import { inScope, judge } from '../core/organization/principal.ts';
import { refOfBranch } from '../core/project/branch.ts';
import { NO_SUCH_PROJECT, forbidden, openProject } from '../core/project/access.ts';
import type { TeardownCertificate } from '../core/project/certificate.ts';
import type { Project } from '../core/project/project.ts';
import type { ApiPorts, Caller, EntryPorts, Parsed } from './call.ts';
import { onceForKey } from './once-for-key.ts';
import { type ApiRequest, parsePart } from './request.ts';

/** An operation with the code that serves it. */
export interface Route<Ports extends EntryPorts = ApiPorts> {
  readonly operation: Operation;
  serve(request: ApiRequest, ports: Ports): Promise<Result<unknown, DomainError>>;
}

type Placed = Pick<Route, 'operation'>;

export const byPath = (one: Placed, other: Placed) => (one.operation.path < other.operation.path ? -1 : 1);

type Outcome<Answer> = Promise<Result<Answer, DomainError>>;
type On<Name extends string> = { readonly on: Name; readonly permission: Permission };

const BAD_REF = fail('validation_failed', 'path.ref: must be 20 lower-case letters', { field: 'path.ref' });
const BAD_BRANCH = fail(
  'validation_failed',
  'path.branch_id_or_ref: must be the ref of a branch, or its id',
  { field: 'path.branch_id_or_ref' },
);
const BAD_SLUG = fail('validation_failed', 'path.slug: must be letters, digits, "-" or "_"', {
  field: 'path.slug',
});

/** Parses what is left of the request once its subject is known, and calls the handler. */
async function finish<Params, Query, Body, Answer, Ports extends EntryPorts, More extends Partial<Caller>>(
  operation: Operation<Params, Query, Body, Answer>,
  request: ApiRequest,
  ports: Ports,
  more: More,
  handler: (call: Parsed<Params, Query, Body, Ports> & More) => Outcome<Answer>,
): Outcome<unknown> {
  const params = parsePart(operation.params, 'path', request.path);
  if (!params.ok) return params;
  const query = parsePart(operation.query, 'query', request.query);
  if (!query.ok) return query;
  const { form, maxBodyBytes } = operation;
  const refused = operation.refusedTypes?.[request.contentType];
  if (refused !== undefined) return fail('unsupported_media_type', refused, { field: 'body' });
  const read = await (form === undefined ? request.json(maxBodyBytes) : request.form(form, maxBodyBytes));
  if (!read.ok) return read;
  const body = parsePart(operation.body, 'body', read.value);
  if (!body.ok) return body;
  const parsed = { params: params.value, query: query.value, body: body.value };
  const { idempotencyKey } = request;
  const call = (over: Ports) => handler({ ...parsed, idempotencyKey, ports: over, ...more });
  const { principal } = more;
  const keyed = operation.method === 'POST' && idempotencyKey !== undefined;
  if (!keyed || principal === undefined) return await call(ports);
  return await onceForKey(request, { operation, parsed, principal }, ports, call);
}

export function open<Params, Query, Body, Answer>(
  operation: Operation<Params, Query, Body, Answer, { readonly on: 'public' }>,
  handler: (call: Parsed<Params, Query, Body>) => Outcome<Answer>,
): Route {
  return {
    operation,
    async serve(request, ports) {
      const stranger = request.stranger();
      return stranger.ok ? await finish(operation, request, ports, {}, handler) : stranger;
    },
  };
}

async function toCaller(
  { permission }: CallerPolicy,
  request: ApiRequest,
): Promise<Result<Caller, DomainError>> {
  const caller = await request.caller();
  if (!caller.ok || permission === undefined || inScope(caller.value.principal, permission)) return caller;
  return forbidden(permission);
}

type Admitted<Subject> = Promise<Result<Caller & Subject, DomainError>>;

async function toProject(
  { permission }: On<'project'>,
  request: ApiRequest,
  ports: ApiPorts,
): Admitted<{ readonly project: Versioned<Project> }> {
  const caller = await request.caller();
  if (!caller.ok) return caller;
  const { ref = '' } = request.path;
  if (!isProjectRef(ref)) return BAD_REF;
  const project = await openProject(caller.value.principal, ref, permission, ports.projects);
  return project.ok ? ok({ ...caller.value, project: project.value }) : project;
}

async function toBranch(
  { permission }: On<'branch'>,
  request: ApiRequest,
  ports: ApiPorts,
): Admitted<{ readonly branch: Versioned<BranchProject> }> {
  const caller = await request.caller();
  if (!caller.ok) return caller;
  const name = request.path['branch_id_or_ref'] ?? '';
  const ref = refOfBranch(name) ?? name;
  if (!isProjectRef(ref)) return z.uuid().safeParse(name).success ? NO_SUCH_BRANCH : BAD_BRANCH;
  const opened = await openProject(caller.value.principal, ref, permission, ports.projects);
  if (!opened.ok) return opened.error.code === 'not_found' ? NO_SUCH_BRANCH : opened;
  const { value, version } = opened.value;
  return isBranch(value) ? ok({ ...caller.value, branch: { value, version } }) : NO_SUCH_BRANCH;
}

async function toOrganization(
  { permission }: On<'organization'>,
  request: ApiRequest,
  ports: Pick<EntryPorts, 'organizations'>,
): Admitted<{ readonly organization: Organization }> {
  const caller = await request.caller();
  if (!caller.ok) return caller;
  const slug = organizationSlugSchema.safeParse(request.path['slug']);
  if (!slug.success) return BAD_SLUG;
  const verdict = judge(caller.value.principal, slug.data, permission);
  const organization = await ports.organizations.organization(slug.data);
  if (verdict === 'stranger' || organization === undefined) return NO_SUCH_ORGANIZATION;
  if (verdict === 'denied') return forbidden(permission);
  return ok({ ...caller.value, organization });
}

async function toCertificate(
  { permission }: On<'certificate'>,
  request: ApiRequest,
  ports: ApiPorts,
): Admitted<{ readonly certificate: TeardownCertificate }> {
  const caller = await request.caller();
  if (!caller.ok) return caller;
  const { ref = '' } = request.path;
  if (!isProjectRef(ref)) return BAD_REF;
  const certificate = await ports.projects.certificate(ref);
  if (certificate === undefined) return NO_SUCH_PROJECT;
  const verdict = judge(caller.value.principal, certificate.organization, permission);
  if (verdict === 'stranger') return NO_SUCH_PROJECT;
  if (verdict === 'denied') return forbidden(permission);
  return ok({ ...caller.value, certificate });
}

/** Routes for whoever has fewer ports than the whole API. */
export function routing<Ports extends EntryPorts>() {
  return {
    onCaller: <Params, Query, Body, Answer>(
      operation: Operation<Params, Query, Body, Answer, CallerPolicy>,
      handler: (call: Parsed<Params, Query, Body, Ports> & Caller) => Outcome<Answer>,
    ): Route<Ports> => ({
      operation,
      async serve(request, ports) {
        const caller = await toCaller(operation.policy, request);
        return caller.ok ? await finish(operation, request, ports, caller.value, handler) : caller;
      },
    }),

    onOrganization: <Params, Query, Body, Answer>(
      operation: Operation<Params, Query, Body, Answer, On<'organization'>>,
      handler: (
        call: Parsed<Params, Query, Body, Ports> & Caller & { readonly organization: Organization },
      ) => Outcome<Answer>,
    ): Route<Ports> => ({
      operation,
      async serve(request, ports) {
        const admitted = await toOrganization(operation.policy, request, ports);
        return admitted.ok ? await finish(operation, request, ports, admitted.value, handler) : admitted;
      },
    }),
  };
}

export const { onCaller, onOrganization } = routing<ApiPorts>();

export function onProject<Params, Query, Body, Answer>(
  operation: Operation<Params, Query, Body, Answer, On<'project'>>,
  handler: (
    call: Parsed<Params, Query, Body> & Caller & { readonly project: Versioned<Project> },
  ) => Outcome<Answer>,
): Route {
  return {
    operation,
    async serve(request, ports) {
      const admitted = await toProject(operation.policy, request, ports);
      return admitted.ok ? await finish(operation, request, ports, admitted.value, handler) : admitted;
    },
  };
}

export function onBranch<Params, Query, Body, Answer>(
  operation: Operation<Params, Query, Body, Answer, On<'branch'>>,
  handler: (
    call: Parsed<Params, Query, Body> & Caller & { readonly branch: Versioned<BranchProject> },
  ) => Outcome<Answer>,
): Route {
  return {
    operation,
    async serve(request, ports) {
      const admitted = await toBranch(operation.policy, request, ports);
      return admitted.ok ? await finish(operation, request, ports, admitted.value, handler) : admitted;
    },
  };
}

export function onCertificate<Params, Query, Body, Answer>(
  operation: Operation<Params, Query, Body, Answer, On<'certificate'>>,
  handler: (
    call: Parsed<Params, Query, Body> & Caller & { readonly certificate: TeardownCertificate },
  ) => Outcome<Answer>,
): Route {
  return {
    operation,
    async serve(request, ports) {
      const admitted = await toCertificate(operation.policy, request, ports);
      return admitted.ok ? await finish(operation, request, ports, admitted.value, handler) : admitted;
    },
  };
}

/** Tells whoever may call the operation why it is not to be had; anybody else what they would be told anyway. */
export function refused(operation: UnimplementedOperation): Route {
  return {
    operation,
    async serve(request, ports) {
      const admitted = await admit(operation.policy, request, ports);
      return admitted.ok ? fail('not_implemented', operation.notImplemented) : admitted;
    },
  };
}

function admit(policy: Policy, request: ApiRequest, ports: ApiPorts): Outcome<unknown> {
  switch (policy.on) {
    case 'public':
      return Promise.resolve(request.stranger());
    case 'caller':
      return toCaller(policy, request);
    case 'project':
      return toProject({ ...policy, on: policy.on }, request, ports);
    case 'branch':
      return toBranch({ ...policy, on: policy.on }, request, ports);
    case 'organization':
      return toOrganization({ ...policy, on: policy.on }, request, ports);
    case 'certificate':
      return toCertificate({ ...policy, on: policy.on }, request, ports);
  }
}
