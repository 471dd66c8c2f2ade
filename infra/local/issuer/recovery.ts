import { setTimeout as sleep } from 'node:timers/promises';
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
import { NEW_PASSWORD_HINT, type Page, form, notice } from './pages.ts';
import { type Visit, redirect, show } from './visit.ts';

export const forgottenPage: Handler = async (visit, desk) =>
  (await interactionOf(visit, desk)) === undefined ? EXPIRED : show(forgottenForm(visit, desk));

/** The same answer for everybody, before anything is looked up. */
export const forgotten: Handler = async (visit, desk) => {
  const interaction = await interactionOf(visit, desk);
  if (interaction === undefined || !genuine(visit, interaction.uid, desk)) return EXPIRED;
  const email = addressIn(visit);
  if (email === undefined) return show(forgottenForm(visit, desk, fieldOf(visit, 'email')), 400);
  const refused =
    (await desk.attempts.refuse('address', visit.address)) ?? (await desk.attempts.refuse('mail', email));
  if (refused !== undefined) return refused;
  const { accounts, links, issuer } = desk.embedded;
  desk.later(async () => {
    const account = (await accounts.byEmail(email))?.value.id;
    if (account === undefined) return;
    const token = await links.make({ purpose: 'reset', account });
    await desk.send({
      to: email,
      subject: 'Choose a new password',
      text: `Choose a new password here:

${issuer.issuer}${interactionPath(visit, `/reset/${token}`).slice('/oidc'.length)}

The link works for an hour. If you did not ask for it, there is nothing to do.
`,
    });
  });
  return redirect(interactionPath(visit, '/sent'));
};

export const resetPage: Handler = async (visit, desk) => {
  const email = await addressOfLink(visit, desk);
  return email === undefined ? USED : show(resetForm(visit, desk, email));
};

/** Whoever has the mail has the account: everybody else who was signed in to it is signed out. */
export const reset: Handler = async (visit, desk) => {
  const token = visit.params['token'] ?? '';
  if (!genuine(visit, token, desk)) return EXPIRED;
  const { accounts, checkPassword, links, passwords } = desk.embedded;
  const refused = await desk.attempts.refuse('address', visit.address);
  if (refused !== undefined) return refused;
  const email = await addressOfLink(visit, desk);
  if (email === undefined) return USED;
  const checked = await checkPassword(fieldOf(visit, 'password'), email);
  if (!checked.ok) return show(resetForm(visit, desk, email, checked.error), 400);
  const password = await passwords.keep(checked.value);
  const link = await links.find(token);
  if (link?.purpose !== 'reset' || !(await links.use(token))) return USED;
  const found = await accounts.find(link.account);
  if (found === undefined || !(await accounts.change(found, password))) return USED;
  await signOutEverywhere(found.value.id, desk);
  const known = (await interactionOf(visit, desk)) !== undefined;
  return known ? signInAs(found.value.id, visit, desk) : CHANGED;
};

/** Ends all sessions and what was granted in them. A token tells the second alone that it was signed in. */
export async function signOutEverywhere(account: string, { embedded, clock }: Desk): Promise<void> {
  await embedded.accounts.signOut(account);
  await embedded.records.removeOf(account);
  await sleep(1000 - (clock.now().getTime() % 1000));
}

async function addressOfLink({ params }: Visit, { embedded }: Desk): Promise<string | undefined> {
  const link = await embedded.links.find(params['token'] ?? '');
  if (link?.purpose !== 'reset') return undefined;
  return (await embedded.accounts.find(link.account))?.value.email;
}

const USED = show(
  notice(
    'This link does not work any more',
    'It was used already, or has expired. Ask for another one where you sign in.',
    {
      to: '/',
      label: 'To the dashboard',
    },
  ),
  410,
);

const CHANGED = show(
  notice('Your password is changed', 'You are signed out everywhere. Sign in with the new password.', {
    to: '/',
    label: 'Sign in',
  }),
);

function forgottenForm(visit: Visit, desk: Desk, wrong?: string): Page {
  return {
    title: 'Forgotten password',
    body: html`<p>Give the address of your account, and you get a link by which you choose a new password.</p>
      ${form({
        action: interactionPath(visit, '/forgotten'),
        csrf: tokenFor(visit.params['uid'] ?? '', desk),
        fields: [
          {
            name: 'email',
            label: 'E-mail address',
            type: 'email',
            autocomplete: 'username',
            value: wrong ?? '',
            error: wrong === undefined ? undefined : 'Give an address such as ada@example.com.',
          },
        ],
        submit: 'Send the link',
      })}
      <p class="links"><a href="${interactionPath(visit, '?')}">Back to sign in</a></p>`,
  };
}

function resetForm(visit: Visit, desk: Desk, email: string, error?: string): Page {
  const token = visit.params['token'] ?? '';
  return {
    title: 'Choose a new password',
    body: html`<p>For <strong>${email}</strong>, who is signed out everywhere by it.</p>
      ${form({
        action: interactionPath(visit, `/reset/${token}`),
        csrf: tokenFor(token, desk),
        username: email,
        fields: [
          {
            name: 'password',
            label: 'New password',
            type: 'password',
            autocomplete: 'new-password',
            hint: NEW_PASSWORD_HINT,
            error,
          },
        ],
        submit: 'Change the password',
      })}`,
  };
}
