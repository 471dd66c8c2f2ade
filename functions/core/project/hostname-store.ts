import { z } from 'zod';
import { type ProjectRef, projectRefSchema } from '../kernel/ids.ts';
import type { Result } from '../kernel/result.ts';
import type { ConditionFailed, Item, Key, Table, Versioned, Write } from '../kernel/table.port.ts';

const HOSTNAME_KINDS = ['vanity', 'custom'] as const;

const hostnameSchema = z.object({
  kind: z.enum(HOSTNAME_KINDS),
  hostname: z.string(),
  /** `initiated`: asked for. `verified`: proven to be theirs, and from then on nobody else's. `active`: in use. */
  status: z.enum(['initiated', 'verified', 'active']),
  /** What the owner of the name has to publish to prove it. */
  challenge: z.string(),
  created_at: z.iso.datetime(),
});

export type ProjectHostname = z.infer<typeof hostnameSchema>;
export type HostnameKind = ProjectHostname['kind'];

const ownKey = (ref: ProjectRef, kind: HostnameKind): Key => ({
  pk: `PROJECT#${ref}`,
  sk: `HOSTNAME#${kind}`,
});
const claimKey = (hostname: string): Key => ({ pk: `HOSTNAME#${hostname}`, sk: 'HOSTNAME' });

const claimSchema = z.object({ ref: projectRefSchema });
const refOf = (claim: Item) => claimSchema.parse(claim.data).ref;

/** A project's other names: at most one of each kind, and each name at most one project's. */
export class HostnameStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async find(ref: ProjectRef, kind: HostnameKind): Promise<Versioned<ProjectHostname> | undefined> {
    const item = await this.#table.get(ownKey(ref, kind));
    return item && { value: hostnameSchema.parse(item.data), version: item.version };
  }

  /** The project that the name belongs to, once it is verified. */
  async ownerOf(hostname: string): Promise<ProjectRef | undefined> {
    const claim = await this.#table.get(claimKey(hostname));
    return claim && refOf(claim);
  }

  /** Fails where others changed it since it was read, or where another project has the name. */
  async save(
    ref: ProjectRef,
    read: Versioned<ProjectHostname> | undefined,
    next: ProjectHostname,
    more: readonly Write[],
  ): Promise<Result<void, ConditionFailed>> {
    const item = { ...ownKey(ref, next.kind), data: { ...next } };
    return this.#table.write([
      { kind: 'put', if: read === undefined ? 'absent' : { version: read.version }, item },
      ...(next.status === 'initiated' ? [] : await this.#claim(ref, next.hostname)),
      ...more,
    ]);
  }

  /** Gives the name up. */
  release(
    ref: ProjectRef,
    { value, version }: Versioned<ProjectHostname>,
    more: readonly Write[],
  ): Promise<Result<void, ConditionFailed>> {
    const claimed = value.status !== 'initiated';
    return this.#table.write([
      { kind: 'delete', key: ownKey(ref, value.kind), if: { version } },
      ...(claimed ? [{ kind: 'delete' as const, key: claimKey(value.hostname), if: 'any' as const }] : []),
      ...more,
    ]);
  }

  /** Gives every name up; how it stands at a name that others change meanwhile, the next call finds out. */
  async releaseAll(ref: ProjectRef): Promise<void> {
    for (const kind of HOSTNAME_KINDS) {
      const found = await this.find(ref, kind);
      if (found !== undefined) await this.release(ref, found, []);
    }
  }

  async #claim(ref: ProjectRef, hostname: string): Promise<readonly Write[]> {
    const key = claimKey(hostname);
    const claim = await this.#table.get(key);
    if (claim === undefined) return [{ kind: 'put', if: 'absent', item: { ...key, data: { ref } } }];
    const mine = refOf(claim) === ref;
    return [{ kind: 'check', key, if: mine ? { version: claim.version } : 'absent' }];
  }
}
