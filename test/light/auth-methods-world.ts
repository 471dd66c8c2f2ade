import { deepEqual, equal } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { OidcProvider } from './oidc-provider.ts';
import type { RunningProject } from './running-project.ts';

/** What a method of auth-js is tried on. */
export interface AuthTried {
  readonly project: RunningProject;
  readonly service: SupabaseClient;
  readonly provider: OidcProvider;
}

/** A method of auth-js, and how to find out whether it does what it does at Supabase. */
export interface AuthMethod {
  readonly name: string;
  /** Why there is a refusal instead: the attempt is to see that refusal. */
  readonly refused?: string;
  /** Throws unless the method had its effect. */
  readonly attempt: (on: AuthTried) => Promise<void>;
}

export const PASSWORD = 'correct horse';
type Failed = { status?: number | undefined; message: string } | null;

export function succeeded(error: Failed): void {
  deepEqual(error, null);
}

/** A method whose refusal is known and says why. */
export function refusedMethod(
  name: string,
  reason: string,
  call: (on: AuthTried) => Promise<{ error: Failed }>,
): AuthMethod {
  return {
    name,
    refused: reason,
    async attempt(on) {
      equal((await call(on)).error?.status, 501);
    },
  };
}

export const freshEmail = () => `${randomUUID()}@methods.test`;

/** A client of somebody who is signed in. */
export async function signedIn({
  project,
  service,
}: AuthTried): Promise<{ client: SupabaseClient; email: string; id: string }> {
  const email = freshEmail();
  const made = await service.auth.admin.createUser({ email, password: PASSWORD, email_confirm: true });
  succeeded(made.error);
  const client = project.client('ANON_KEY');
  const { error } = await client.auth.signInWithPassword({ email, password: PASSWORD });
  succeeded(error);
  return { client, email, id: made.data.user?.id ?? '' };
}

export function pkceClient({ project }: AuthTried): SupabaseClient {
  return createClient(project.url, project.setting('ANON_KEY'), {
    auth: { flowType: 'pkce', persistSession: false, autoRefreshToken: false },
  });
}

/** The code and the link of the last mail to an address. */
export async function lastMail(
  { project }: AuthTried,
  address: string,
): Promise<{ code: string; link: URL }> {
  const mail = (await project.mails()).findLast((text) => text.includes(`To: ${address}\r\n`)) ?? '';
  const encoded = mail.split('base64\r\n\r\n')[1]?.split('\r\n\r\n--')[0] ?? '';
  const text = Buffer.from(encoded, 'base64').toString();
  return {
    code: /code: (\d{6})/.exec(text)?.[1] ?? '',
    link: new URL(/http\S+/.exec(text)?.[0] ?? 'http://none.test'),
  };
}

/** What a browser does at the provider and then at the project, which is reached where it really listens. */
export async function goThrough({ project, provider }: AuthTried, url: string, person: string): Promise<URL> {
  const begun = url.startsWith(provider.issuer)
    ? url
    : ((await fetch(url, { redirect: 'manual' })).headers.get('location') ?? '');
  const back = await provider.visit(begun, person);
  const called = await fetch(`${project.url}/auth/v1/callback${back.search}`, { redirect: 'manual' });
  return new URL(called.headers.get('location') ?? '');
}
