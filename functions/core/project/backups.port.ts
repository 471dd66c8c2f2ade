import { z } from 'zod';
import type { Stack } from './stack.ts';

/** A copy of a project's whole database. */
export interface Backup {
  /** When it was begun, in milliseconds since 1970. */
  readonly id: number;
  /** Given by whoever asked for it; null: it was taken by itself. */
  readonly name: string | null;
  /** When it was there; null: it is still being taken. */
  readonly completed: Date | null;
  /** Whether any later time can be had from it too, up to now. */
  readonly continuous: boolean;
}

/** What a project's database is to be put back to; it stands in the project's record until that is done. */
export const recoverySchema = z.object({
  /** When it was asked for, in milliseconds since 1970: under this number the data as it was before is kept. */
  id: z.int().positive(),
  backup: z.int().positive(),
  /** Up to when the changes since the backup are to be in it; null: none of them. */
  until: z.iso.datetime().nullable(),
});
export type Recovery = z.infer<typeof recoverySchema>;

/**
 * The backups of projects' databases. Every method may be called again at any time, as of Databases. They go with the
 * database when that is deleted.
 * @throws {TransientError} the database service could not answer now
 * @throws {PortError} it refused, and a person has to act
 */
export interface Backups {
  /** Why a project can have none; undefined: it can. The other methods are not for one that can't. */
  refusal(stack: Stack): Promise<string | undefined>;
  /** In any order. */
  list(stack: Stack): Promise<readonly Backup[]>;
  /** The database must be available; it goes on serving meanwhile. One that is there by this id is left alone. */
  take(stack: Stack, backup: Pick<Backup, 'id' | 'name'>): Promise<void>;
  /** Deletes backups, and what only they would need to be restored. */
  drop(stack: Stack, ids: readonly number[]): Promise<void>;
  /**
   * Puts the database back; the services must have been stopped. False: it is under way, ask again. At any moment the
   * old data is in place or the new. When it is done the old data is a backup by the recovery's id, the database may be
   * stopped, and its roles have the passwords that they had then.
   */
  recover(stack: Stack, recovery: Recovery): Promise<boolean>;
}
