import { z } from 'zod';
import { type DomainError, fail } from '../../kernel/errors.ts';
import { newUuid } from '../../kernel/ids.ts';
import { type Result, ok } from '../../kernel/result.ts';
import type { Actor } from '../../organization/principal.ts';
import type { ProjectPorts } from '../ports.ts';
import type { Project } from '../project.ts';
import { type ChangePorts, changeSettings } from './change-settings.ts';
import type { Values } from './settings.ts';

const jwksSchema = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })) });

/** Another issuer whose tokens the services take, by one of three ways to know its keys. */
const integrationSchema = z.object({
  id: z.uuid(),
  oidc_issuer_url: z.string().nullable(),
  jwks_url: z.string().nullable(),
  custom_jwks: jwksSchema.nullable(),
  inserted_at: z.iso.datetime(),
});

export type Integration = z.infer<typeof integrationSchema>;

/** A token is held against each of them in turn. */
const MOST = 10;

const NONE = fail('not_found', 'The project takes no tokens by that integration.', {
  field: 'path.tpa_id',
  suggestion: 'GET /v1/projects/{ref}/config/auth/third-party-auth lists them.',
});

export function integrationsIn(values: Values): readonly Integration[] {
  const { integrations } = values;
  if (typeof integrations !== 'string' || integrations === '') return [];
  return z.array(integrationSchema).parse(JSON.parse(integrations));
}

export async function listIntegrations(
  { ref }: Project,
  { settings }: Pick<ProjectPorts, 'settings'>,
): Promise<readonly Integration[]> {
  return integrationsIn((await settings.read(ref)).settings.third_party.values);
}

export async function findIntegration(
  project: Project,
  id: string,
  ports: Pick<ProjectPorts, 'settings'>,
): Promise<Result<Integration, DomainError>> {
  const found = (await listIntegrations(project, ports)).find((each) => each.id === id);
  return found === undefined ? NONE : ok(found);
}

export async function addIntegration(
  { ref }: Project,
  keys: { [Way in 'oidc_issuer_url' | 'jwks_url' | 'custom_jwks']?: Integration[Way] | undefined },
  actor: Actor,
  ports: ChangePorts,
): Promise<Result<Integration, DomainError>> {
  const added: Integration = {
    id: newUuid(ports.random),
    oidc_issuer_url: keys.oidc_issuer_url ?? null,
    jwks_url: keys.jwks_url ?? null,
    custom_jwks: keys.custom_jwks ?? null,
    inserted_at: ports.clock.now().toISOString(),
  };
  const changed = await revise(ref, actor, ports, (before) => {
    if (before.length >= MOST)
      return fail('quota_exceeded', `A project takes tokens by ${MOST} integrations at most.`);
    const same = before.some((each) => sameKeys(each, added));
    if (same) return fail('conflict', 'The project takes tokens by such an integration already.');
    return ok([...before, added]);
  });
  return changed.ok ? ok(added) : changed;
}

export async function removeIntegration(
  project: Project,
  id: string,
  actor: Actor,
  ports: ChangePorts,
): Promise<Result<Integration, DomainError>> {
  const found = await findIntegration(project, id, ports);
  if (!found.ok) return found;
  const changed = await revise(project.ref, actor, ports, (before) =>
    before.some((each) => each.id === id) ? ok(before.filter((each) => each.id !== id)) : NONE,
  );
  return changed.ok ? found : changed;
}

function revise(
  ref: Project['ref'],
  actor: Actor,
  ports: ChangePorts,
  decide: (before: readonly Integration[]) => Result<readonly Integration[], DomainError>,
) {
  const change = (before: Values) => {
    const after = decide(integrationsIn(before));
    return after.ok
      ? ok({ integrations: after.value.length === 0 ? null : JSON.stringify(after.value) })
      : after;
  };
  return changeSettings(ref, { section: 'third_party', change }, actor, ports);
}

const sameKeys = (a: Integration, b: Integration) =>
  a.oidc_issuer_url === b.oidc_issuer_url &&
  a.jwks_url === b.jwks_url &&
  JSON.stringify(a.custom_jwks) === JSON.stringify(b.custom_jwks);
