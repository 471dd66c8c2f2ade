import { z } from 'zod';
import type { Clock } from '../../core/kernel/clock.port.ts';
import { newUuid } from '../../core/kernel/ids.ts';
import type { Random } from '../../core/kernel/random.port.ts';
import type { Item, Key, Table, Versioned } from '../../core/kernel/table.port.ts';
import { type StoredPassword, passwordSchema } from './passwords.ts';

const accountSchema = z.object({
  id: z.uuid(),
  /** In lower case, and proven: there is no account before somebody has read a mail sent there. */
  email: z.string(),
  password: passwordSchema,
  created_at: z.iso.datetime(),
  /** What was signed before is worth nothing. */
  signed_out_at: z.iso.datetime().nullable(),
});

export type Account = z.infer<typeof accountSchema>;

const accountKey = (id: string): Key => ({ pk: `ACCOUNT#${id}`, sk: 'ACCOUNT' });
const addressKey = (email: string): Key => ({ pk: `ACCOUNT_ADDRESS#${email}`, sk: 'ACCOUNT' });
const ANY: Key = { pk: 'ACCOUNTS', sk: 'ANY' };

interface AccountPorts {
  readonly table: Table;
  readonly clock: Clock;
  readonly random: Random;
}

/** Who can sign in with the embedded issuer. */
export class Accounts {
  readonly #ports: AccountPorts;

  constructor(ports: AccountPorts) {
    this.#ports = ports;
  }

  /** Whether there is an account at all. */
  async any(): Promise<boolean> {
    return (await this.#ports.table.get(ANY)) !== undefined;
  }

  async find(id: string): Promise<Versioned<Account> | undefined> {
    return versioned(await this.#ports.table.get(accountKey(id)));
  }

  async byEmail(email: string): Promise<Versioned<Account> | undefined> {
    const item = await this.#ports.table.get(addressKey(email));
    return item && this.find(z.object({ account: z.string() }).parse(item.data).account);
  }

  /** Undefined: the address has an account already. */
  async create(email: string, password: StoredPassword): Promise<Account | undefined> {
    const { table, clock, random } = this.#ports;
    const created_at = clock.now().toISOString();
    const account: Account = { id: newUuid(random), email, password, created_at, signed_out_at: null };
    const written = await table.write([
      { kind: 'put', item: { ...accountKey(account.id), data: { ...account } }, if: 'absent' },
      { kind: 'put', item: { ...addressKey(email), data: { account: account.id } }, if: 'absent' },
      { kind: 'put', item: { ...ANY, data: {} }, if: 'any' },
    ]);
    return written.ok ? account : undefined;
  }

  /** With another password; false: it was changed by another request meanwhile. */
  change({ value, version }: Versioned<Account>, password: StoredPassword): Promise<boolean> {
    return this.#put({ ...value, password }, version);
  }

  /** What was signed for it up to now counts no more. */
  async signOut(id: string): Promise<void> {
    for (let found = await this.find(id); found !== undefined; found = await this.find(id)) {
      const signed_out_at = this.#ports.clock.now().toISOString();
      if (await this.#put({ ...found.value, signed_out_at }, found.version)) return;
    }
  }

  async #put(account: Account, version: number): Promise<boolean> {
    const item = { ...accountKey(account.id), data: { ...account } };
    return (await this.#ports.table.write([{ kind: 'put', item, if: { version } }])).ok;
  }
}

const versioned = (item: Item | undefined): Versioned<Account> | undefined =>
  item && { value: accountSchema.parse(item.data), version: item.version };
