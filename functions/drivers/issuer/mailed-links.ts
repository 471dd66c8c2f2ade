import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../core/kernel/clock.port.ts';
import type { Random } from '../../core/kernel/random.port.ts';
import type { Key, Table } from '../../core/kernel/table.port.ts';
import { passwordSchema } from './passwords.ts';

const linkSchema = z.discriminatedUnion('purpose', [
  /** The account is made when the link is followed, with the password that was chosen for it then. */
  z.object({ purpose: z.literal('confirm'), email: z.string(), password: passwordSchema }),
  z.object({ purpose: z.literal('reset'), account: z.string() }),
]);

export type MailedLink = z.infer<typeof linkSchema>;

const LASTS_SECONDS = { confirm: 24 * 3600, reset: 3600 } as const;

const keyOf = (token: string): Key => ({
  pk: `MAILED_LINK#${createHash('sha256').update(token).digest('hex')}`,
  sk: 'LINK',
});

/** What was mailed to prove an address: found by the token of the link, of which the digest alone is kept. */
export class MailedLinks {
  readonly #ports: { readonly table: Table; readonly clock: Clock; readonly random: Random };

  constructor(ports: { readonly table: Table; readonly clock: Clock; readonly random: Random }) {
    this.#ports = ports;
  }

  /** The token for the link. */
  async make(link: MailedLink): Promise<string> {
    const { table, clock, random } = this.#ports;
    const token = Buffer.from(random.bytes(32)).toString('hex');
    const expires_at = Math.floor(clock.now().getTime() / 1000) + LASTS_SECONDS[link.purpose];
    const item = { ...keyOf(token), expires_at, data: { ...link } };
    await table.write([{ kind: 'put', item, if: 'absent' }]);
    return token;
  }

  async find(token: string): Promise<MailedLink | undefined> {
    const item = await this.#ports.table.get(keyOf(token));
    return item && linkSchema.parse(item.data);
  }

  /** Whether it was there: of two who use it at once one has it. */
  async use(token: string): Promise<boolean> {
    const item = await this.#ports.table.get(keyOf(token));
    if (item === undefined) return false;
    const { version } = item;
    return (await this.#ports.table.write([{ kind: 'delete', key: keyOf(token), if: { version } }])).ok;
  }
}
