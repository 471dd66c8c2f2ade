import type { Clock } from '../kernel/clock.port.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import type { Random } from '../kernel/random.port.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Table } from '../kernel/table.port.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import type { Project } from '../project/project.ts';
import { type Claim, claimOf, deleteClaim, digestOf, newClaimToken, putClaim } from './claim-store.ts';

interface Ports {
  readonly table: Table;
  readonly clock: Clock;
  readonly random: Random;
}

const LASTS_MS = 24 * 3600 * 1000;

const NO_TOKEN = fail('not_found', 'The project has no claim token.', {
  suggestion: 'POST to the same address makes one.',
});

export async function getClaimToken(
  { ref }: Project,
  { table }: Pick<Ports, 'table'>,
): Promise<Result<Claim, DomainError>> {
  const found = await claimOf(ref, table);
  return found === undefined ? NO_TOKEN : ok(found.value);
}

/** In the place of one that there was. */
export async function createClaimToken(
  { ref, organization }: Project,
  actor: Actor,
  { table, clock, random }: Ports,
): Promise<Result<Claim & { readonly token: string }, DomainError>> {
  const token = newClaimToken(random);
  const at = clock.now();
  const claim: Claim = {
    ref,
    digest: digestOf(token),
    token_alias: `${token.slice(0, 4)}...${token.slice(-4)}`,
    created_by: actor.user,
    created_at: at.toISOString(),
    expires_at: new Date(at.getTime() + LASTS_MS).toISOString(),
  };
  const audit = auditWrite({ organization, action: 'project.claim_token.create', subject: ref, actor, at });
  await table.write([putClaim(claim), audit]);
  return ok({ ...claim, token });
}

export async function deleteClaimToken(
  { ref, organization }: Project,
  actor: Actor,
  { table, clock }: Omit<Ports, 'random'>,
): Promise<Result<undefined, DomainError>> {
  const found = await claimOf(ref, table);
  if (found === undefined) return NO_TOKEN;
  const action = 'project.claim_token.delete';
  const audit = auditWrite({ organization, action, subject: ref, actor, at: clock.now() });
  return (await table.write([deleteClaim(found), audit])).ok ? ok(undefined) : NO_TOKEN;
}
