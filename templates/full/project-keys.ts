import { createHmac } from 'node:crypto';
import type { ProjectSecret } from '../../functions/core/project/project-secret.ts';
import { signToken } from '../../functions/core/project/sign-token.ts';
import type { StackKeys } from '../../functions/core/project/stack-keys.ts';
import type { ProjectKey } from '../container.ts';

type ApiKey = ProjectSecret['api_keys'][number];
type Claims = Readonly<Record<string, unknown>>;

/** 2100-01-01. They never leave the project's containers, and end with the key that signed them. */
const EXPIRES = 4_102_444_800;

/** A condition of Lua that is the JWT that stands for the key which `presented` holds, or false. */
function lua(presented: string, prefix: string, keys: ReadonlyMap<string, readonly string[]>): string {
  const isOneOf = (own: readonly string[]) => own.map((key) => `${presented} == '${key}'`).join(' or ');
  const cases = [...keys].map(([token, own]) => `((${isOneOf(own)}) and '${prefix}${token}')`);
  return cases.length === 0 ? 'false' : `(${cases.join(' or ')})`;
}

/** What the containers of a project are told of its keys beside what all stacks are. */
export function projectKeys(secret: ProjectSecret, keys: StackKeys): Record<ProjectKey, string> {
  // Signed alike each time, so that a secret that is written anew has the same ones where its keys are.
  const jwtOf = (claims: Claims) => signToken({ ...claims, exp: EXPIRES }, secret);
  const [anon_token, service_token] = [jwtOf({ role: 'anon' }), jwtOf({ role: 'service_role' })];
  const claimsOf = ({ secret_jwt_template: own }: ApiKey) => own ?? { role: 'anon' };
  const isService = (key: ApiKey) => JSON.stringify(claimsOf(key)) === '{"role":"service_role"}';
  const tokenOf = (key: ApiKey) => {
    if (key.type === 'publishable') return anon_token;
    return isService(key) ? service_token : jwtOf(claimsOf(key));
  };
  const keysOf = new Map<string, readonly string[]>();
  for (const key of secret.api_keys) {
    const token = tokenOf(key);
    keysOf.set(token, [...(keysOf.get(token) ?? []), key.key]);
  }
  const all = (type: ApiKey['type']) => secret.api_keys.filter((key) => key.type === type);
  const first = (type: ApiKey['type']) => all(type)[0]?.key;
  // A key that stands for another role may do what that role may, and no more.
  const plain = [...all('publishable'), ...all('secret').filter((key) => !isService(key))];
  const consumer = (username: string, group: string, own: readonly string[]) =>
    JSON.stringify({ username, keyauth_credentials: own.map((key) => ({ key })), acls: [{ group }] });
  const legacy = (key: string) => (secret.legacy_keys_enabled ? [key] : []);
  return {
    anon_token,
    service_token,
    publishable_key: first('publishable') ?? secret.anon_key,
    secret_key: first('secret') ?? secret.service_role_key,
    // Services that know of it take what it has signed: where that is revoked they get one that has signed nothing.
    trusted_jwt_secret:
      keys.jwt_secret_revoked === 'true'
        ? createHmac('sha512', secret.service_password).update('baseplane/trusted_jwt_secret').digest('hex')
        : secret.jwt_secret,
    gateway_consumers: [
      consumer('anon', 'anon', [...legacy(secret.anon_key), ...plain.map(({ key }) => key)]),
      consumer('service_role', 'admin', [
        ...legacy(secret.service_role_key),
        ...all('secret')
          .filter(isService)
          .map(({ key }) => key),
      ]),
    ].join(','),
    gateway_bearers: lua('headers.apikey', 'Bearer ', keysOf),
    gateway_tokens: lua('query_params.apikey', '', keysOf),
  };
}
