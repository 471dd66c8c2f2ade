import { EXPIRED, type Desk, type Handler, fieldOf, genuine, tokenFor } from './desk.ts';
import { html } from './html.ts';
import { NEW_PASSWORD_HINT, type Page, form, notice } from './pages.ts';
import { signOutEverywhere } from './recovery.ts';
import { type Visit, redirect, show } from './visit.ts';

interface Wrong {
  readonly current?: string;
  readonly password?: string;
}

export const accountPage: Handler = async (visit, desk) => {
  const here = await whoIsHere(visit, desk);
  return here === undefined ? redirect('/') : show(page(here, desk));
};

export const changePassword: Handler = async (visit, desk) => {
  const here = await whoIsHere(visit, desk);
  if (here === undefined || !genuine(visit, here.session, desk)) return EXPIRED;
  const { accounts, checkPassword, passwords } = desk.embedded;
  const refused = await desk.attempts.refuse('account', here.email);
  if (refused !== undefined) return refused;
  const found = await accounts.find(here.account);
  if (!(await passwords.matches(fieldOf(visit, 'current'), found?.value.password)) || found === undefined) {
    return show(page(here, desk, { current: 'This is not your password.' }), 401);
  }
  const checked = await checkPassword(fieldOf(visit, 'password'), here.email);
  if (!checked.ok) return show(page(here, desk, { password: checked.error }), 400);
  if (!(await accounts.change(found, await passwords.keep(checked.value)))) return EXPIRED;
  await signOutEverywhere(here.account, desk);
  return show(
    notice('Your password is changed', 'You are signed out everywhere. Sign in with the new password.', {
      to: '/',
      label: 'Sign in',
    }),
  );
};

export const leaveEverywhere: Handler = async (visit, desk) => {
  const here = await whoIsHere(visit, desk);
  if (here === undefined || !genuine(visit, here.session, desk)) return EXPIRED;
  await signOutEverywhere(here.account, desk);
  return show(
    notice('You are signed out everywhere', 'Every session has ended, on this browser and on all others.', {
      to: '/',
      label: 'Sign in again',
    }),
  );
};

interface Here {
  readonly account: string;
  readonly email: string;
  readonly session: string;
}

/** Who is signed in on this browser. */
async function whoIsHere(
  { request, response }: Visit,
  { provider, embedded }: Desk,
): Promise<Here | undefined> {
  const session = await provider.Session.get(provider.createContext(request, response));
  const { accountId, uid } = session;
  const account = accountId === undefined ? undefined : (await embedded.accounts.find(accountId))?.value;
  return account && { account: account.id, email: account.email, session: uid };
}

function page({ email, session }: Here, desk: Desk, wrong: Wrong = {}): Page {
  const csrf = tokenFor(session, desk);
  return {
    title: 'Your account',
    body: html`<p>You are signed in as <strong>${email}</strong>.</p>
      <h2>Change the password</h2>
      ${form({
        action: '/oidc/account/password',
        csrf,
        username: email,
        fields: [
          {
            name: 'current',
            label: 'Current password',
            type: 'password',
            autocomplete: 'current-password',
            error: wrong.current,
          },
          {
            name: 'password',
            label: 'New password',
            type: 'password',
            autocomplete: 'new-password',
            hint: `${NEW_PASSWORD_HINT} It signs you out everywhere.`,
            error: wrong.password,
          },
        ],
        submit: 'Change the password',
      })}
      <h2>Sessions</h2>
      <p>
        If a device is lost, or you forgot to sign out somewhere, end all of your sessions. This one ends too.
      </p>
      <form class="quiet" method="post" action="/oidc/account/sign-out-everywhere">
        <input type="hidden" name="csrf" value="${csrf}" />
        <button>Sign out everywhere</button>
      </form>
      <p class="links"><a href="/">Back to the dashboard</a></p>`,
  };
}
