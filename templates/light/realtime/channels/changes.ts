import { describeError } from '../../server/log.ts';
import type { ChangesWanted, ChangeSubscription, Claims } from '../ports.ts';
import type { Realm } from './realm.ts';
import { NO_DATABASE } from './refusal.ts';

/** Supabase tries again after five to ten seconds. */
const PAUSE_MS = 5000;

const EVENTS = ['*', 'INSERT', 'UPDATE', 'DELETE'] as const;

export type Wanted = Readonly<Record<string, unknown>>;

/** Each as it came, with the number that the client is to know it by; the same for the same. */
export function numbered(wanted: readonly Wanted[]): readonly (Wanted & { readonly id: number })[] {
  const ids = new Map<string, number>();
  return wanted.map((each) => {
    const { event, schema, table, filter, select } = each;
    const same = JSON.stringify([event, schema, table, filter, select]);
    const id = ids.get(same) ?? ids.size + 1;
    ids.set(same, id);
    return { ...each, id };
  });
}

type Tell = (status: 'ok' | 'error', message: string) => void;

/** A channel's view of the changes in the database, from its join until it is closed. */
export class Changes {
  readonly #realm: Realm;
  readonly #wanted: readonly (Wanted & { readonly id: number })[];
  readonly #tell: Tell;
  #claims: Claims;
  #subscription: ChangeSubscription | undefined;
  #again: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    realm: Realm,
    wanted: readonly (Wanted & { readonly id: number })[],
    claims: Claims,
    tell: Tell,
  ) {
    this.#realm = realm;
    this.#wanted = wanted;
    this.#claims = claims;
    this.#tell = tell;
  }

  async open(deliver: (ids: readonly number[], json: string) => void): Promise<void> {
    const wanted = this.#wanted.map(readWanted);
    if (!wanted.every((each) => each !== undefined)) {
      this.#tell(
        'error',
        `Unable to subscribe to changes with given parameters: ${JSON.stringify(this.#wanted)}`,
      );
      return;
    }
    const claims = this.#claims;
    try {
      const result = await this.#realm.database.feed.subscribe(wanted, claims, deliver);
      if (!result.ok) return this.#closed ? undefined : this.#tell('error', result.reason);
      if (this.#closed) return result.subscription.close();
      this.#subscription = result.subscription;
      if (claims !== this.#claims) this.#subscription.changeClaims(this.#claims);
      this.established();
    } catch (error) {
      if (this.#closed) return;
      this.#realm.log('warn', 'changes cannot be followed', describeError(error));
      this.#tell('error', NO_DATABASE.message);
      this.#again = setTimeout(() => void this.open(deliver), PAUSE_MS).unref();
    }
  }

  /** Also said when changes may have been missed. */
  established(): void {
    if (this.#subscription !== undefined) this.#tell('ok', 'Subscribed to PostgreSQL');
  }

  changeClaims(claims: Claims): void {
    this.#claims = claims;
    this.#subscription?.changeClaims(claims);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#again);
    this.#subscription?.close();
  }
}

function readWanted({
  id,
  event,
  schema,
  table,
  filter,
  select,
}: Wanted & { readonly id: number }): ChangesWanted | undefined {
  const known = EVENTS.find((each) => typeof event === 'string' && each === event.toUpperCase());
  if (known === undefined || typeof schema !== 'string') return undefined;
  if (!isTextOrNothing(table) || !isTextOrNothing(filter)) return undefined;
  const columns = Array.isArray(select) ? select.filter((each) => typeof each === 'string') : [];
  return {
    id,
    event: known,
    schema,
    ...(table === undefined || table === null ? {} : { table }),
    ...(filter === undefined || filter === null || filter === '' ? {} : { filter }),
    ...(columns.length === 0 ? {} : { select: columns }),
  };
}

function isTextOrNothing(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === 'string';
}
