import type { Clock } from '../../core/kernel/clock.port.ts';
import type { Random } from '../../core/kernel/random.port.ts';
import type { Table } from '../../core/kernel/table.port.ts';
import type { KeyPairs } from '../../core/project/key-pairs.port.ts';
import type { OwnIssuer } from '../oidc/identity.ts';
import { Accounts } from './accounts.ts';
import { IssuerKeys } from './issuer-keys.ts';
import { MailedLinks } from './mailed-links.ts';
import { OidcRecords } from './oidc-records.ts';
import { checkPassword } from './password-rules.ts';
import { Passwords } from './passwords.ts';

/** What the embedded issuer knows people by. */
export interface EmbeddedIssuer extends OwnIssuer {
  readonly issuer: { readonly issuer: string; readonly clientId: string };
  readonly accountUrl: string;
  readonly accounts: Accounts;
  readonly links: MailedLinks;
  readonly passwords: Passwords;
  readonly checkPassword: typeof checkPassword;
  readonly records: OidcRecords;
  readonly signingKeys: IssuerKeys;
}

export function embeddedIssuer(parts: {
  readonly home: string;
  /** Of the issuer, without a slash at its end. */
  readonly url: string;
  readonly table: Table;
  readonly clock: Clock;
  readonly random: Random;
  readonly keyPairs: KeyPairs;
}): EmbeddedIssuer {
  const { home, url, table, clock, random } = parts;
  const accounts = new Accounts(parts);
  const signingKeys = new IssuerKeys(home, parts);
  return {
    issuer: { issuer: url, clientId: 'dashboard' },
    accountUrl: `${url}/account`,
    accounts,
    links: new MailedLinks(parts),
    passwords: new Passwords(random),
    checkPassword,
    records: new OidcRecords(table, clock),
    signingKeys,
    keys: async () =>
      (await signingKeys.current()).jwks.map(({ kty, crv, x, y, kid, alg }) => ({
        kty,
        crv,
        x,
        y,
        kid,
        alg,
      })),
    async standsBy(subject, signedAt) {
      const account = (await accounts.find(subject))?.value;
      if (account === undefined) return false;
      return account.signed_out_at === null || signedAt >= new Date(account.signed_out_at);
    },
  };
}
