import type { UserManager } from 'oidc-client-ts';
import type { Installation } from './installation.ts';

/** Where the issuer sends people back to. */
const CALLBACK_PATH = '/callback';
const LOGIN_PATH = '/login';

const TOKEN_KEY = 'access-token';

/**
 * Who is signed in, in this tab: by the issuer, or with an access token that somebody pasted. What proves it is kept in
 * sessionStorage alone, which ends with the tab.
 */
export interface Session {
  /** What requests carry; undefined: nobody is signed in. */
  token(): Promise<string | undefined>;
  /** True: there is a new token, so that what was refused may be tried again. */
  renew(): Promise<boolean>;
  /** Leaves the page; `to`: where to be after it. */
  signIn(to: string, how: 'login' | 'create'): Promise<void>;
  useAccessToken(token: string): void;
  /** Ends what the issuer's redirect began; answers where to go on. */
  complete(): Promise<string>;
  /** Forgets what is known here, for when the API takes it no more. */
  forget(): Promise<void>;
  signOut(): Promise<void>;
}

export async function openSession({ issuer, client_id }: Installation): Promise<Session> {
  const manager = issuer === null || client_id === null ? undefined : await managerOf(issuer, client_id);
  let renewing: Promise<boolean> | undefined;

  const renew = async () => {
    try {
      return (await manager?.signinSilent())?.id_token !== undefined;
    } catch {
      return false;
    }
  };

  return {
    async token() {
      const user = await manager?.getUser();
      return user?.id_token ?? sessionStorage.getItem(TOKEN_KEY) ?? undefined;
    },
    async renew() {
      // A page asks for many things at once; they share one renewal.
      renewing ??= (await manager?.getUser()) ? renew() : Promise.resolve(false);
      const renewed = await renewing;
      renewing = undefined;
      return renewed;
    },
    async signIn(to, how) {
      // An issuer that knows no such prompt would refuse; it has a link to its sign-up on its own page.
      const known: object = (await manager?.metadataService.getMetadata()) ?? {};
      const prompts = 'prompt_values_supported' in known ? known.prompt_values_supported : [];
      const creates = how === 'create' && Array.isArray(prompts) && prompts.includes('create');
      await manager?.signinRedirect({ state: to, ...(creates ? { prompt: 'create' } : {}) });
    },
    useAccessToken(token) {
      sessionStorage.setItem(TOKEN_KEY, token);
    },
    async complete() {
      const user = await manager?.signinRedirectCallback();
      sessionStorage.removeItem(TOKEN_KEY);
      return typeof user?.state === 'string' ? user.state : '/';
    },
    async forget() {
      sessionStorage.removeItem(TOKEN_KEY);
      await manager?.removeUser();
    },
    async signOut() {
      sessionStorage.removeItem(TOKEN_KEY);
      if (manager && client_id !== null && (await manager.getUser())) {
        // Cognito asks for the last two in place of the parameters of OpenID Connect.
        const extraQueryParams = { client_id, logout_uri: `${window.location.origin}${LOGIN_PATH}` };
        return manager.signoutRedirect({ extraQueryParams });
      }
      window.location.assign(LOGIN_PATH);
    },
  };
}

async function managerOf(issuer: string, clientId: string): Promise<UserManager> {
  const { UserManager, WebStorageStateStore } = await import('oidc-client-ts');
  const { origin } = window.location;
  return new UserManager({
    authority: issuer,
    client_id: clientId,
    redirect_uri: `${origin}${CALLBACK_PATH}`,
    post_logout_redirect_uri: `${origin}/`,
    scope: 'openid email profile',
    userStore: new WebStorageStateStore({ store: sessionStorage }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
    automaticSilentRenew: true,
  });
}
