import type { z } from 'zod';
import type { OrganizationSlug, UserId } from '../kernel/ids.ts';
import type { Item, NewItem, Range, Table, Versioned, Write } from '../kernel/table.port.ts';
import { type AccessToken, accessTokenSchema } from './access-token.ts';
import {
  type Membership,
  type Organization,
  type User,
  membershipSchema,
  organizationSchema,
  userSchema,
} from './organization.ts';

const organizationKey = (slug: string) => ({ pk: `ORGANIZATION#${slug}`, sk: 'ORGANIZATION' });
const userKey = (id: string) => ({ pk: `USER#${id}`, sk: 'USER' });
const tokenKey = (digest: string) => ({ pk: `TOKEN#${digest}`, sk: 'TOKEN' });

export function organizationItem(organization: Organization): NewItem {
  return { ...organizationKey(organization.slug), data: { ...organization } };
}

export function userItem(user: User): NewItem {
  return { ...userKey(user.id), data: { ...user } };
}

export function membershipItem(membership: Membership): NewItem {
  const { organization, user } = membership;
  return {
    pk: `ORGANIZATION#${organization}`,
    sk: `MEMBER#${user}`,
    index1: { pk: `USER#${user}`, sk: `ORGANIZATION#${organization}` },
    data: { ...membership },
  };
}

export function tokenItem(token: AccessToken): NewItem {
  return {
    ...tokenKey(token.digest),
    index1: { pk: `USER#${token.user}`, sk: `TOKEN#${token.created_at}#${token.id}` },
    ...(token.expires_at === null ? {} : { expires_at: Math.floor(Date.parse(token.expires_at) / 1000) }),
    data: { ...token },
  };
}

export const putNew = (item: NewItem): Write => ({ kind: 'put', item, if: 'absent' });

const parse = <T>(schema: z.ZodType<T>, item: Item | undefined) =>
  item ? schema.parse(item.data) : undefined;

/** Users, organizations, who belongs to which, and the tokens they act by. */
export class OrganizationStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async organization(slug: OrganizationSlug): Promise<Organization | undefined> {
    return parse(organizationSchema, await this.#table.get(organizationKey(slug)));
  }

  async user(id: UserId): Promise<User | undefined> {
    return parse(userSchema, await this.#table.get(userKey(id)));
  }

  async token(digest: string): Promise<Versioned<AccessToken> | undefined> {
    const item = await this.#table.get(tokenKey(digest));
    return item && { value: accessTokenSchema.parse(item.data), version: item.version };
  }

  /** Notes the token's use, unless it was changed or revoked meanwhile: a revoked token must not come back. */
  async touch({ value, version }: Versioned<AccessToken>, now: Date): Promise<void> {
    const item = tokenItem({ ...value, last_used_at: now.toISOString() });
    await this.#table.write([{ kind: 'put', if: { version }, item }]);
  }

  async membershipsOf(user: UserId): Promise<readonly Membership[]> {
    return this.#memberships('index1', { pk: `USER#${user}`, prefix: 'ORGANIZATION#' });
  }

  async membersOf(organization: OrganizationSlug): Promise<readonly Membership[]> {
    return this.#memberships('table', { pk: `ORGANIZATION#${organization}`, prefix: 'MEMBER#' });
  }

  async #memberships(where: 'table' | 'index1', range: Range): Promise<readonly Membership[]> {
    const found: Membership[] = [];
    let cursor: string | undefined;
    do {
      const from = { ...range, ...(cursor === undefined ? {} : { cursor }) };
      const page = await (where === 'table' ? this.#table.query(from) : this.#table.queryIndex(where, from));
      found.push(...page.items.map((item) => membershipSchema.parse(item.data)));
      cursor = page.cursor;
    } while (cursor !== undefined);
    return found;
  }
}
