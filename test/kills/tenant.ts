import { z } from 'zod';
import { type Cloud, until } from '../local/cloud.ts';

type Rest = 'ACTIVE_HEALTHY' | 'INACTIVE' | 'gone';

/** What is done to a project, and where it rests afterwards if it is done. */
const DEEDS = {
  pause: { method: 'POST', path: '/pause', rests: 'INACTIVE' },
  restore: { method: 'POST', path: '/restore', rests: 'ACTIVE_HEALTHY' },
  remove: { method: 'DELETE', path: '', rests: 'gone' },
} as const satisfies Readonly<Record<string, { method: string; path: string; rests: Rest }>>;

export type Deed = keyof typeof DEEDS | 'write' | 'wake';

const rowsSchema = z.array(z.object({ id: z.number() }));

/**
 * A project with what must be true of it, whenever the control plane dies: what was answered stays done, what was not
 * is done or is not.
 */
export class Tenant {
  readonly ref: string;
  readonly #cloud: Cloud;
  /** Where it may come to rest. */
  #rests = new Set<Rest>(['ACTIVE_HEALTHY']);
  #anon = '';
  /** Rows whose writing was answered. */
  #written = 0;
  /** Rows whose writing was begun. */
  #begun = 0;

  constructor(cloud: Cloud, ref: string) {
    this.#cloud = cloud;
    this.ref = ref;
  }

  /** Begins something; ends when it was answered, or when nobody is there to answer. */
  async do(deed: Deed): Promise<void> {
    if (deed === 'write') return this.#write();
    if (deed === 'wake') return this.#wake();
    const { method, path, rests } = DEEDS[deed];
    const answer = await this.#cloud.call(method, `/v1/projects/${this.ref}${path}`).catch(() => undefined);
    if (answer === undefined) this.#rests.add(rests);
    else if (answer.status < 300) this.#rests = new Set([rests]);
  }

  /** Waits until it rests, and holds it to all that is known of it. False: it is gone. */
  async settle(): Promise<boolean> {
    const status = await until(
      `${this.ref} to rest`,
      async () => {
        const found = (await this.#cloud.project(this.ref))?.status ?? 'gone';
        if (found.endsWith('_FAILED')) throw new Error(`${this.ref} is ${found}: ${await this.#events()}`);
        return found === 'ACTIVE_HEALTHY' || found === 'INACTIVE' || found === 'gone' ? found : undefined;
      },
      60_000,
    );
    if (!this.#rests.has(status)) {
      throw new Error(
        `${this.ref} is ${status}, not ${[...this.#rests].join(' or ')}: ${await this.#events()}`,
      );
    }
    this.#rests = new Set([status]);
    if (status === 'gone') await this.#certified();
    if (status === 'ACTIVE_HEALTHY') await this.#intact();
    return status !== 'gone';
  }

  async #write(): Promise<void> {
    const id = this.#begun + 1;
    if (this.#anon === '') return;
    this.#begun = id;
    const query = `insert into kept values (${id})`;
    const answer = await this.#cloud
      .call('POST', `/v1/projects/${this.ref}/database/query`, { query })
      .catch(() => undefined);
    if (answer?.status === 201) this.#written = id;
  }

  async #wake(): Promise<void> {
    const url = `${this.#cloud.url}/p/${this.ref}/auth/v1/health`;
    if (this.#rests.has('INACTIVE')) this.#rests.add('ACTIVE_HEALTHY');
    await fetch(url, { headers: { apikey: this.#anon } }).catch(() => undefined);
  }

  /** It answers by HTTP, and has every row that was ever acknowledged. */
  async #intact(): Promise<void> {
    await until(`${this.ref} to answer`, async () => {
      this.#anon ||= (await this.#cloud.keys(this.ref)).anon;
      const url = `${this.#cloud.url}/p/${this.ref}/auth/v1/health`;
      const { status } = await fetch(url, { headers: { apikey: this.#anon } });
      return status === 200 ? true : undefined;
    });
    await this.#cloud.sql(this.ref, 'create table if not exists kept (id int primary key)');
    const rows = rowsSchema.parse(await this.#cloud.sql(this.ref, 'select id from kept order by id'));
    const ids = new Set(rows.map(({ id }) => id));
    for (const id of ids)
      if (id > this.#begun) throw new Error(`${this.ref} has a row that nobody wrote: ${id}`);
    if (this.#written > 0 && !ids.has(this.#written))
      throw new Error(`${this.ref} lost the row ${this.#written}, which was acknowledged`);
  }

  async #certified(): Promise<void> {
    const answer = await this.#cloud.call('GET', `/platform/projects/${this.ref}/certificate`);
    if (answer.status !== 200) throw new Error(`${this.ref} is gone without a certificate`);
  }

  async #events(): Promise<string> {
    return (await this.#cloud.call('GET', `/platform/projects/${this.ref}/events`)).text;
  }
}
