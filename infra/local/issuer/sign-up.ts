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

interface Said {
  readonly email: string;
  readonly emailError?: string | undefined;
  readonly passwordError?: string | undefined;
}

export const signUpPage: Handler = async (visit, desk) => {
  const interaction = await interactionOf(visit, desk);
  if (interaction === undefined) return EXPIRED;
  const { login_hint: hint } = interaction.params;
  return show(page(visit, desk, { email: typeof hint === 'string' ? hint : '' }));
};

/** A mail goes to the address in any case; what it says, only its owner learns. */
export const signUp: Handler = async (visit, desk) => {
  const interaction = await interactionOf(visit, desk);
  if (interaction === undefined || !genuine(visit, interaction.uid, desk)) return EXPIRED;
  const { accounts, checkPassword, links, passwords } = desk.embedded;
  const email = addressIn(visit);
  const checked = await checkPassword(fieldOf(visit, 'password'), email ?? '');
  if (email === undefined || !checked.ok) {
    const said = {
      email: fieldOf(visit, 'email'),
      emailError: email === undefined ? 'Give an address such as ada@example.com.' : undefined,
      passwordError: checked.ok ? undefined : checked.error,
    };
    return show(page(visit, desk, said), 400);
  }
  const refused =
    (await desk.attempts.refuse('address', visit.address)) ?? (await desk.attempts.refuse('mail', email));
  if (refused !== undefined) return refused;
  const password = await passwords.keep(checked.value);
  const at = `${desk.embedded.issuer.issuer}${interactionPath(visit).slice('/oidc'.length)}`;
  const known = await accounts.byEmail(email);
  const token = await links.make(
    known === undefined
      ? { purpose: 'confirm', email, password }
      : { purpose: 'reset', account: known.value.id },
  );
  const mail =
    known === undefined
      ? {
          to: email,
          subject: 'Confirm your address',
          text: `Confirm that this address is yours, and your account is ready:

${at}/confirm/${token}

The link works for a day. If you did not sign up, leave this mail alone: there is no account without it.
`,
        }
      : {
          to: email,
          subject: 'You have an account already',
          text: `Somebody, most likely you, signed up with this address, which has an account already. Sign in with its password,
or choose a new one:

${at}/reset/${token}

The link works for an hour. If it was not you, there is nothing to do.
`,
        };
  desk.later(() => desk.send(mail));
  return redirect(interactionPath(visit, '/sent'));
};

export const sentPage: Handler = async (visit, desk) => {
  const open = !(await desk.embedded.accounts.any());
  return show({
    title: 'Check your mail',
    body: html`<p>A mail is on its way to the address that you gave. Follow the link in it to go on.</p>
      ${
        open
          ? html`<p>This cloud runs on your machine and sends no mail anywhere: it keeps it in an outbox.</p>
              <p><a class="button" href="${interactionPath(visit, '/outbox')}">Open the outbox</a></p>`
          : html`<p class="hint">
              A cloud that runs on one machine keeps its mail in an outbox, which its owner sees on the
              dashboard, and as files in the folder “outbox” of the state directory.
            </p>`
      }
      <p class="links"><a href="${interactionPath(visit, '?')}">Back to sign in</a></p>`,
  });
};

/** Following the link alone changes nothing: programs that look at mails follow links too. */
export const confirmPage: Handler = async (visit, desk) => {
  const link = await desk.embedded.links.find(visit.params['token'] ?? '');
  if (link?.purpose !== 'confirm') return USED;
  const known = (await interactionOf(visit, desk)) !== undefined;
  return show(confirmation(visit, desk, { email: link.email, known }));
};

/** In the browser that signed up the account is signed in; in any other one its password is asked for. */
export const confirm: Handler = async (visit, desk) => {
  const token = visit.params['token'] ?? '';
  if (!genuine(visit, token, desk)) return EXPIRED;
  const { accounts, links, passwords } = desk.embedded;
  const link = await links.find(token);
  if (link?.purpose !== 'confirm') return USED;
  const { email, password } = link;
  const known = (await interactionOf(visit, desk)) !== undefined;
  if (!known) {
    const refused = await desk.attempts.refuse('account', email);
    if (refused !== undefined) return refused;
    if (!(await passwords.matches(fieldOf(visit, 'password'), password))) {
      const error = 'This is not the password that was chosen for the address.';
      return show(confirmation(visit, desk, { email, known, error }), 401);
    }
  }
  if (!(await links.use(token))) return USED;
  const account = await accounts.create(email, password);
  if (account === undefined) return USED;
  return known ? signInAs(account.id, visit, desk) : CONFIRMED;
};

const USED = show(
  notice(
    'This link does not work any more',
    'It was used already, or has expired. If you have an account, sign in.',
    {
      to: '/',
      label: 'To the dashboard',
    },
  ),
  410,
);

const CONFIRMED = show(
  notice('Your account is ready', 'The address is confirmed. Sign in with it and your password.', {
    to: '/',
    label: 'Sign in',
  }),
);

function page(visit: Visit, desk: Desk, { email, emailError, passwordError }: Said): Page {
  return {
    title: 'Create an account',
    body: html`${form({
        action: interactionPath(visit, '/sign-up'),
        csrf: tokenFor(visit.params['uid'] ?? '', desk),
        fields: [
          {
            name: 'email',
            label: 'E-mail address',
            type: 'email',
            autocomplete: 'username',
            value: email,
            error: emailError,
          },
          {
            name: 'password',
            label: 'Password',
            type: 'password',
            autocomplete: 'new-password',
            hint: NEW_PASSWORD_HINT,
            error: passwordError,
          },
        ],
        submit: 'Create an account',
      })}
      <p class="links"><a href="${interactionPath(visit, '?')}">I have an account</a></p>`,
  };
}

interface Confirmation {
  readonly email: string;
  /** It is the browser that signed up. */
  readonly known: boolean;
  readonly error?: string;
}

function confirmation(visit: Visit, desk: Desk, { email, known, error }: Confirmation): Page {
  const token = visit.params['token'] ?? '';
  return {
    title: 'Confirm your address',
    body: html`<p>Your account will be <strong>${email}</strong>.</p>
      ${form({
        action: interactionPath(visit, `/confirm/${token}`),
        csrf: tokenFor(token, desk),
        username: email,
        fields: known
          ? []
          : [
              {
                name: 'password',
                label: 'Password',
                type: 'password',
                autocomplete: 'current-password',
                hint: 'The one that you chose when you signed up.',
                error,
              },
            ],
        submit: 'Confirm',
      })}`,
  };
}
