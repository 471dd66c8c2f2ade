import { PortError } from '../../functions/core/kernel/errors.ts';
import type { Backup, Backups, Recovery } from '../../functions/core/project/backups.port.ts';
import type { Stack } from '../../functions/core/project/stack.ts';
import type { FakeCloud, FakeProject } from './fake-cloud.ts';

/** Backups of databases without rows: each keeps the owner's password, by which it is known again. */
export class FakeBackups implements Backups {
  readonly #cloud: FakeCloud;

  constructor(cloud: FakeCloud) {
    this.#cloud = cloud;
  }

  async refusal(): Promise<undefined> {
    return undefined;
  }

  async list({ ref }: Stack): Promise<readonly Backup[]> {
    const { recovered = 0, backups = new Map() } = this.#cloud.projects.get(ref)?.database ?? {};
    return [...backups].map(([id, { name, history }]) => ({
      id,
      name,
      completed: new Date(id),
      continuous: history === recovered,
    }));
  }

  async take({ ref }: Stack, { id, name }: Pick<Backup, 'id' | 'name'>): Promise<void> {
    const database = this.#existing(ref);
    if (database.state !== 'available') throw new PortError(`the database is ${database.state}`);
    const { ownerPassword, recovered: history = 0 } = database;
    database.backups ??= new Map();
    if (!database.backups.has(id)) database.backups.set(id, { name, history, ownerPassword });
  }

  async drop({ ref }: Stack, ids: readonly number[]): Promise<void> {
    for (const id of ids) this.#cloud.projects.get(ref)?.database?.backups?.delete(id);
  }

  /** The first call begins it, the next one finds it done. */
  async recover({ ref }: Stack, { id, backup }: Recovery): Promise<boolean> {
    const database = this.#existing(ref);
    if (database.recovered === id) return true;
    const from = database.backups?.get(backup);
    if (from === undefined) throw new PortError(`There is no backup ${backup}.`);
    const { ownerPassword } = database;
    database.backups?.set(id, { name: null, history: null, ownerPassword });
    database.state = 'stopped';
    delete database.next;
    database.recovered = id;
    if (from.ownerPassword !== undefined) database.ownerPassword = from.ownerPassword;
    return false;
  }

  #existing(ref: Stack['ref']): NonNullable<FakeProject['database']> {
    const database = this.#cloud.projects.get(ref)?.database;
    if (database === undefined) throw new PortError(`there is no database of ${ref}`);
    return database;
  }
}
