import type { OrganizationSlug } from '../kernel/ids.ts';
import type { Key, NewItem, Table, Versioned } from '../kernel/table.port.ts';
import { type Invitation, invitationSchema } from './invitation.ts';

export const invitationKey = ({ organization, id }: Pick<Invitation, 'organization' | 'id'>): Key => ({
  pk: `ORGANIZATION#${organization}`,
  sk: `INVITATION#${id}`,
});

/** Found by its organization, and by the token in the mail. */
export function invitationItem(invitation: Invitation): NewItem {
  return {
    ...invitationKey(invitation),
    index2: { pk: `INVITATION#${invitation.digest}`, sk: 'INVITATION' },
    expires_at: Math.floor(Date.parse(invitation.expires_at) / 1000),
    data: { ...invitation },
  };
}

/** More than an organization can have open at once: a page of the table holds them all. */
const PAGE = 1000;

export class InvitationStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async list(organization: OrganizationSlug): Promise<readonly Invitation[]> {
    const range = { pk: `ORGANIZATION#${organization}`, prefix: 'INVITATION#', limit: PAGE };
    const { items } = await this.#table.query(range);
    return items.map((item) => invitationSchema.parse(item.data));
  }

  async find(key: Pick<Invitation, 'organization' | 'id'>): Promise<Versioned<Invitation> | undefined> {
    const item = await this.#table.get(invitationKey(key));
    return item && { value: invitationSchema.parse(item.data), version: item.version };
  }

  /** The index may be behind; what the table says now decides. */
  async byDigest(digest: string): Promise<Versioned<Invitation> | undefined> {
    const { items } = await this.#table.queryIndex('index2', { pk: `INVITATION#${digest}` });
    const [indexed] = items.map((item) => invitationSchema.parse(item.data));
    const found = indexed && (await this.find(indexed));
    return found?.value.digest === digest ? found : undefined;
  }
}
