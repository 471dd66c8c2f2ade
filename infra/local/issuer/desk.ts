import type { Provider } from 'oidc-provider';
import type { Mail } from '../../../functions/core/kernel/notifier.port.ts';
import type { LocalCloud } from '../../../functions/runtime/compose-local.ts';
import type { Attempts } from './attempts.ts';
import { notice } from './pages.ts';
import type { Embedded } from './provider.ts';
import { type Answer, type Visit, csrfToken, isGenuine, redirect, show } from './visit.ts';

/** What every page of the issuer works with. */
export interface Desk {
  readonly embedded: Embedded;
  readonly provider: Provider;
  readonly attempts: Attempts;
  readonly outbox: LocalCloud['ports']['outbox'];
  /** What forms are proven with. */
  readonly formKey: string;
  readonly clock: LocalCloud['ports']['clock'];
  send(mail: Mail): Promise<void>;
  /** Does it after the answer, so that nobody can tell by the time whether there was anything to do. */
  later(work: () => Promise<void>): void;
}

export type Handler = (visit: Visit, desk: Desk) => Promise<Answer>;

export const EXPIRED: Answer = show(
  notice('This page has expired', 'It was open for too long, or belongs to another browser.', {
    to: '/',
    label: 'Start again',
  }),
  400,
);

/** What somebody is in the middle of signing in for; undefined: nothing, or in another browser. */
export async function interactionOf({ request, response, params }: Visit, { provider }: Desk) {
  try {
    const details = await provider.interactionDetails(request, response);
    return details.uid === params['uid'] ? details : undefined;
  } catch (error) {
    if (error instanceof Error && error.name === 'SessionNotFound') return undefined;
    throw error;
  }
}

/** Signs in the account that has been proven, and goes on to where the sign-in was asked for. */
export async function signInAs(
  account: string,
  { request, response }: Visit,
  { provider }: Desk,
): Promise<Answer> {
  // Whatever was asked for, a sign-in or an account, is answered by it.
  const result = { login: { accountId: account, amr: ['pwd'] }, create: {} };
  return redirect(
    await provider.interactionResult(request, response, result, { mergeWithLastSubmission: false }),
  );
}

export const interactionPath = ({ params }: Visit, rest = '') => `/oidc/interaction/${params['uid']}${rest}`;

export const tokenFor = (binding: string, { formKey }: Desk) => csrfToken(formKey, binding);

export const genuine = (visit: Visit, binding: string, { formKey }: Desk) =>
  isGenuine(visit.form, formKey, binding);

/** What a form's field says, of a length that an honest one has. */
export const fieldOf = ({ form }: Visit, name: string) => (form.get(name) ?? '').slice(0, 1024);

/** As accounts are known by; undefined: it is no address. */
export function addressIn(visit: Visit): string | undefined {
  const email = fieldOf(visit, 'email').trim().toLowerCase();
  return email.length <= 254 && EMAIL.test(email) ? email : undefined;
}

const EMAIL = /^[^\s@<>()[\],;:\\"]+@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.[a-z]{2,}$/;
