import type { z } from 'zod';
import type { OrganizationSlug, UserId } from '../kernel/ids.ts';
import type { Result } from '../kernel/result.ts';
import type {
  ConditionFailed,
  IndexName,
  Item,
  Key,
  NewItem,
  Range,
  Table,
  Versioned,
  Write,
} from '../kernel/table.port.ts';
import { type AccessToken, accessTokenSchema } from './access-token.ts';
import {
  type Membership,
  type Organization,
  type User,
  isSubscribed,
  membershipSchema,
  organizationSchema,
  userSchema,
} from './organization.ts';

const organizationKey = (slug: string): Key => ({ pk: `ORGANIZATION#${slug}`, sk: 'ORGANIZATION' });
const userKey = (id: string): Key => ({ pk: `USER#${id}`, sk: 'USER' });
const tokenKey = (digest: string): Key => ({ pk: `TOKEN#${digest}`, sk: 'TOKEN' });
const memberKey = ({ organization, user }: Pick<Membership, 'organization' | 'user'>): Key => ({
  pk: `ORGANIZATION#${organization}`,
  sk: `MEMBER#${user}`,
});

/** Those that subscribe are listed, whoever they belong to. */
const SUBSCRIBED = 'SUBSCRIBED';

export function organizationItem(organization: Organization): NewItem {
  const { payment, ...rest } = organization;
  const { slug } = organization;
  return {
    ...organizationKey(slug),
    ...(isSubscribed(organization) ? { index2: { pk: SUBSCRIBED, sk: `ORGANIZATION#${slug}` } } : {}),
    data: { ...rest, ...(payment === undefined ? {} : { payment }) },
  };
}

export function userItem(user: User): NewItem {
  return { ...userKey(user.id), data: { ...user } };
}

export function membershipItem(membership: Membership): NewItem {
  const { organization, user } = membership;
  return {
    ...memberKey(membership),
    index1: { pk: `USER#${user}`, sk: `ORGANIZATION#${organization}` },
    data: { ...membership },
  };
}

/** Listed with its owner: a person, or an organization. */
export function tokenItem(token: AccessToken): NewItem {
  const owner = token.role === null ? `USER#${token.user}` : `ORGANIZATION#${token.organization}`;
  return {
    ...tokenKey(token.digest),
    index1: { pk: owner, sk: `TOKEN#${token.created_at}#${token.id}` },
    ...(token.expires_at === null ? {} : { expires_at: Math.floor(Date.parse(token.expires_at) / 1000) }),
    data: { ...token },
  };
}

export const putNew = (item: NewItem): Write => ({ kind: 'put', item, if: 'absent' });

export const removeOrganization = ({ value, version }: Versioned<Organization>): Write => ({
  kind: 'delete',
  key: organizationKey(value.slug),
  if: { version },
});

export const removeMember = (membership: Membership): Write => ({
  kind: 'delete',
  key: memberKey(membership),
  if: 'any',
});

export const removeToken = ({ digest }: AccessToken): Write => ({
  kind: 'delete',
  key: tokenKey(digest),
  if: 'any',
});

const parse = <T>(schema: z.ZodType<T>, item: Item | undefined) =>
  item ? schema.parse(item.data) : undefined;

const versioned = <T>(schema: z.ZodType<T>, item: Item | undefined): Versioned<T> | undefined =>
  item && { value: schema.parse(item.data), version: item.version };

/** Users, organizations, who belongs to which, and the tokens they act by. */
export class OrganizationStore {
  readonly #table: Table;
  readonly #changes: { count: number };

  constructor(table: Table, changes = { count: 0 }) {
    this.#table = table;
    this.#changes = changes;
  }

  /** How often this process has changed who may do what: what it knew before is not to be relied on. */
  get changes(): number {
    return this.#changes.count;
  }

  /** The same records, written through another table. */
  over(table: Table): OrganizationStore {
    return new OrganizationStore(table, this.#changes);
  }

  async organization(slug: OrganizationSlug): Promise<Organization | undefined> {
    return (await this.find(slug))?.value;
  }

  async find(slug: OrganizationSlug): Promise<Versioned<Organization> | undefined> {
    return versioned(organizationSchema, await this.#table.get(organizationKey(slug)));
  }

  async subscribed(): Promise<readonly Organization[]> {
    const items = await this.#all({ pk: SUBSCRIBED }, 'index2');
    return items.map((item) => organizationSchema.parse(item.data));
  }

  async user(id: UserId): Promise<User | undefined> {
    return parse(userSchema, await this.#table.get(userKey(id)));
  }

  async token(digest: string): Promise<Versioned<AccessToken> | undefined> {
    return versioned(accessTokenSchema, await this.#table.get(tokenKey(digest)));
  }

  /** Everything that changes who may do what is written here. */
  async write(writes: readonly Write[]): Promise<Result<void, ConditionFailed>> {
    try {
      return await this.#table.write(writes);
    } finally {
      this.#changes.count += 1;
    }
  }

  /** Notes the token's use, unless it was changed or revoked meanwhile: a revoked token must not come back. */
  async touch({ value, version }: Versioned<AccessToken>, now: Date): Promise<void> {
    const item = tokenItem({ ...value, last_used_at: now.toISOString() });
    await this.#table.write([{ kind: 'put', if: { version }, item }]);
  }

  async membershipsOf(user: UserId): Promise<readonly Membership[]> {
    const items = await this.#all({ pk: `USER#${user}`, prefix: 'ORGANIZATION#' }, 'index1');
    return items.map((item) => membershipSchema.parse(item.data));
  }

  async membersOf(organization: OrganizationSlug): Promise<readonly Membership[]> {
    const items = await this.#all({ pk: `ORGANIZATION#${organization}`, prefix: 'MEMBER#' });
    return items.map((item) => membershipSchema.parse(item.data));
  }

  /** Of a person those that act for them, of an organization those that it owns; the oldest first. */
  async tokensOf(
    owner: { readonly user: UserId } | { readonly organization: OrganizationSlug },
  ): Promise<readonly AccessToken[]> {
    const pk = 'user' in owner ? `USER#${owner.user}` : `ORGANIZATION#${owner.organization}`;
    const items = await this.#all({ pk, prefix: 'TOKEN#' }, 'index1');
    return items.map((item) => accessTokenSchema.parse(item.data));
  }

  async #all(range: Range, index?: IndexName): Promise<readonly Item[]> {
    const found: Item[] = [];
    let cursor: string | undefined;
    do {
      const from = { ...range, ...(cursor === undefined ? {} : { cursor }) };
      const page = await (index ? this.#table.queryIndex(index, from) : this.#table.query(from));
      found.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== undefined);
    return found;
  }
}
