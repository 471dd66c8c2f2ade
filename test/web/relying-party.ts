import { createHash, randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import { z } from 'zod';

const tokensSchema = z.object({ id_token: z.string(), refresh_token: z.string() });
export type Tokens = z.infer<typeof tokensSchema>;

/** What the dashboard does with the issuer, without the dashboard: it sends people there and takes them back. */
export class RelyingParty {
  readonly #url: string;
  readonly #verifier = randomBytes(32).toString('base64url');

  constructor(url: string) {
    this.#url = url;
  }

  /** The page's own answer at the place where people come back is kept away. */
  async attach(page: Page): Promise<void> {
    await page
      .context()
      .route(`${this.#url}/callback?*`, (route) =>
        route.fulfill({ contentType: 'text/html', body: '<title>back</title>' }),
      );
  }

  address(more: Readonly<Record<string, string>> = {}): string {
    const query = new URLSearchParams({
      client_id: 'dashboard',
      response_type: 'code',
      redirect_uri: `${this.#url}/callback`,
      scope: 'openid email',
      code_challenge: createHash('sha256').update(this.#verifier).digest('base64url'),
      code_challenge_method: 'S256',
      state: 'state',
      ...more,
    });
    return `${this.#url}/oidc/auth?${query.toString()}`;
  }

  /** Waits until the issuer sends the page back, and redeems what it brings. */
  async tokens(page: Page): Promise<Tokens> {
    await page.waitForURL(`${this.#url}/callback?*`);
    const code = new URL(page.url()).searchParams.get('code') ?? '';
    return tokensSchema.parse(
      await (
        await this.#post({
          grant_type: 'authorization_code',
          code,
          redirect_uri: `${this.#url}/callback`,
          code_verifier: this.#verifier,
        })
      ).json(),
    );
  }

  refresh({ refresh_token }: Tokens): Promise<Response> {
    return this.#post({ grant_type: 'refresh_token', refresh_token });
  }

  #post(fields: Readonly<Record<string, string>>): Promise<Response> {
    const body = new URLSearchParams({ client_id: 'dashboard', ...fields });
    return fetch(`${this.#url}/oidc/token`, { method: 'POST', body });
  }
}
