import {
  EXPIRED,
  type Desk,
  type Handler,
  addressIn,
  fieldOf,
  genuine,
  interactionOf,
  interactionPath,
  signInAs,
  tokenFor,
} from './desk.ts';
import { html } from './html.ts';
import { type Page, form } from './pages.ts';
import { type Visit, redirect, show } from './visit.ts';

interface Said {
  readonly email: string;
  readonly error?: string;
}

/** Where an application that asks for an identity sends people. Whoever is the first of all cannot have an account. */
export const signInPage: Handler = async (visit, desk) => {
  const interaction = await interactionOf(visit, desk);
  if (interaction === undefined) return EXPIRED;
  const { login_hint: hint } = interaction.params;
  const first = visit.request.url === interactionPath(visit);
  if (first && (interaction.prompt.name === 'create' || !(await desk.embedded.accounts.any()))) {
    return redirect(interactionPath(visit, '/sign-up'));
  }
  return show(page(visit, desk, { email: typeof hint === 'string' ? hint : '' }));
};

/** One answer for an unknown address and for a wrong password, after the same time. */
export const signIn: Handler = async (visit, desk) => {
  const interaction = await interactionOf(visit, desk);
  if (interaction === undefined || !genuine(visit, interaction.uid, desk)) return EXPIRED;
  const { accounts, passwords } = desk.embedded;
  const email = addressIn(visit);
  const refused =
    (await desk.attempts.refuse('address', visit.address)) ??
    (await desk.attempts.refuse('account', email ?? ''));
  if (refused !== undefined) return refused;
  const account = email === undefined ? undefined : (await accounts.byEmail(email))?.value;
  const right = await passwords.matches(fieldOf(visit, 'password'), account?.password);
  if (right && account !== undefined) return signInAs(account.id, visit, desk);
  const error = 'The address or the password is not right.';
  return show(page(visit, desk, { email: fieldOf(visit, 'email'), error }), 401);
};

function page(visit: Visit, desk: Desk, { email, error }: Said): Page {
  const at = interactionPath(visit);
  return {
    title: 'Sign in',
    body: html`${form({
        action: at,
        csrf: tokenFor(visit.params['uid'] ?? '', desk),
        error,
        fields: [
          { name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username', value: email },
          { name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' },
        ],
        submit: 'Sign in',
      })}
      <p class="links">
        <a href="${at}/sign-up">Create an account</a> <a href="${at}/forgotten">Forgotten password</a>
      </p>`,
  };
}
