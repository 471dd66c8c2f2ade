import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type UserId, userIdSchema } from '../kernel/ids.ts';
import type { Key, Table, Write } from '../kernel/table.port.ts';
import type { Identity } from './identity.port.ts';
import type { User } from './organization.ts';
import { putNew } from './organization-store.ts';

type Subject = Pick<Identity, 'issuer' | 'subject'>;

/** A digest, for a subject may hold anything and be of any length. */
const subjectKey = ({ issuer, subject }: Subject): Key => {
  const name = createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('hex');
  return { pk: `SUBJECT#${name}`, sk: 'SUBJECT' };
};

const emailKey = (email: string): Key => ({ pk: `EMAIL#${email.toLowerCase()}`, sk: 'EMAIL' });

/** One address, one user. */
export const claimEmail = ({ id, email }: Pick<User, 'id' | 'email'>): Write =>
  putNew({ ...emailKey(email), data: { user: id } });

export const claimSubject = (subject: Subject, user: UserId): Write =>
  putNew({ ...subjectKey(subject), data: { user } });

const pointer = z.object({ user: userIdSchema });

/** Which user a subject of an issuer is, and whose an address is. */
export class UserStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  bySubject(subject: Subject): Promise<UserId | undefined> {
    return this.#at(subjectKey(subject));
  }

  byEmail(email: string): Promise<UserId | undefined> {
    return this.#at(emailKey(email));
  }

  async #at(key: Key): Promise<UserId | undefined> {
    const item = await this.#table.get(key);
    return item && pointer.parse(item.data).user;
  }
}
