import { createHash, randomUUID } from 'node:crypto';
import type { Fields } from '../call.ts';
import { text } from '../call.ts';
import { invalid, Refusal } from '../refusal.ts';
import type { Statements } from '../users/store.ts';

export type Challenge = { challenge: string; method: 's256' | 'plain' };
export type Flow = {
  id: string;
  user_id: string | null;
  code_challenge: string | null;
  code_challenge_method: 's256' | 'plain' | null;
  provider_type: string;
  authentication_method: string;
  referrer: string | null;
  linking_target_id: string | null;
  provider_access_token: string | null;
  provider_refresh_token: string | null;
};

/** GoTrue's: a code waits five minutes to be exchanged, a flow as long to be finished at a provider. */
const LIFETIME_SECONDS = 300;

/** What a client that uses PKCE sends ahead of its verifier; undefined if it does not. */
export function readChallenge(fields: Fields): Challenge | undefined | Refusal {
  const challenge = text(fields, 'code_challenge');
  const method = text(fields, 'code_challenge_method')?.toLowerCase();
  if (challenge === undefined && method === undefined) return undefined;
  if (challenge === undefined || method === undefined)
    return invalid('PKCE flow requires code_challenge_method and code_challenge');
  if (!/^[a-zA-Z0-9._~-]{43,128}$/.test(challenge))
    return invalid(
      'code challenge has to be between 43 and 128 alphanumeric characters, hyphens, periods, underscores and tildes',
    );
  if (method !== 's256' && method !== 'plain') return invalid('Invalid code_challenge_method');
  return { challenge, method };
}

export async function createFlow(
  sql: Statements,
  flow: { userId?: string; provider: string; method: string; challenge?: Challenge | undefined } & {
    referrer?: string;
    linkingTarget?: string;
  },
): Promise<string> {
  const id = randomUUID();
  await sql`
    insert into auth.flow_state (
      id, user_id, code_challenge, code_challenge_method, provider_type, authentication_method, referrer,
      linking_target_id, created_at, updated_at
    )
    values (
      ${id}, ${flow.userId ?? null}, ${flow.challenge?.challenge ?? null},
      ${flow.challenge?.method ?? null}::auth.code_challenge_method, ${flow.provider}, ${flow.method},
      ${flow.referrer ?? null}, ${flow.linkingTarget ?? null}, now(), now()
    )`;
  return id;
}

/** The flow with this id, if it has not waited too long for its provider. */
export async function findFlow(sql: Statements, id: string): Promise<Flow | undefined> {
  const [flow] = await sql<Flow[]>`
    select * from auth.flow_state
    where id = ${id} and auth_code is null and created_at > now() - ${LIFETIME_SECONDS} * interval '1 second'`;
  return flow;
}

/** The last flow that the user began by mail; the mail itself may be followed later than a provider. */
export async function findMailFlow(
  sql: Statements,
  userId: string,
  method: string,
): Promise<Flow | undefined> {
  const [flow] = await sql<Flow[]>`
    select * from auth.flow_state
    where user_id = ${userId} and authentication_method = ${method} and auth_code is null
    order by created_at desc limit 1`;
  return flow;
}

/** The code by which the client gets its session; it is given out once for a flow. */
export async function issueCode(
  sql: Statements,
  flowId: string,
  userId: string,
  tokens: { access?: string | undefined; refresh?: string | undefined } = {},
): Promise<string | undefined> {
  const code = randomUUID();
  const issued = await sql`
    update auth.flow_state
    set user_id = ${userId}, auth_code = ${code}, auth_code_issued_at = now(), updated_at = now(),
      provider_access_token = ${tokens.access ?? null}, provider_refresh_token = ${tokens.refresh ?? null}
    where id = ${flowId} and auth_code is null returning id`;
  return issued.length === 1 ? code : undefined;
}

/** Takes the flow of a code away, so that a code is exchanged once, whether the verifier was right or not. */
export async function takeFlow(
  sql: Statements,
  code: string,
  verifier: string,
): Promise<(Flow & { user_id: string }) | Refusal> {
  const [flow] = await sql<(Flow & { user_id: string; age: number })[]>`
    delete from auth.flow_state where auth_code = ${code} and user_id is not null
    returning *, extract(epoch from now() - auth_code_issued_at)::float8 as age`;
  if (flow === undefined)
    return new Refusal(404, 'flow_state_not_found', 'invalid flow state, no valid flow state found');
  if (flow.age > LIFETIME_SECONDS)
    return new Refusal(422, 'flow_state_expired', 'invalid flow state, flow state has expired');
  const sent =
    flow.code_challenge_method === 'plain'
      ? verifier
      : createHash('sha256').update(verifier).digest('base64url');
  if (sent !== flow.code_challenge)
    return new Refusal(
      400,
      'bad_code_verifier',
      'code challenge does not match previously saved code verifier',
    );
  return flow;
}
