import type { Adapter, AdapterPayload } from 'oidc-provider';
import { z } from 'zod';
import type { Clock } from '../../core/kernel/clock.port.ts';
import type { Item, Key, Range, Table } from '../../core/kernel/table.port.ts';

const keyOf = (model: string, id: string): Key => ({ pk: `OIDC#${model}#${id}`, sk: 'RECORD' });

const recordSchema = z.object({ payload: z.record(z.string(), z.json()) });

/** Without the fields that are undefined, as a record is kept. */
const plain = (payload: AdapterPayload) =>
  recordSchema.parse(JSON.parse(JSON.stringify({ payload }))).payload;

/** In a transaction; the table's limit is 100. */
const AT_ONCE = 50;

/**
 * Sessions, grants and tokens of the embedded issuer, in the table. The first index leads from a session's public id,
 * or from a grant, to the records; the second one from an account.
 */
export class OidcRecords {
  readonly #table: Table;
  readonly #clock: Clock;

  constructor(table: Table, clock: Clock) {
    this.#table = table;
    this.#clock = clock;
  }

  /** The records of one model, as the provider asks for them. */
  of(model: string): Adapter {
    const find = async (id: string) => payloadOf(await this.#table.get(keyOf(model, id)));
    return {
      find,
      upsert: (id, payload, expiresIn) => this.#put(model, id, payload, expiresIn),
      findByUid: async (uid) => {
        const { items } = await this.#table.queryIndex('index1', { pk: `OIDC_UID#${uid}` });
        return payloadOf(items[0]);
      },
      // No device asks for a code here.
      findByUserCode: async () => undefined,
      consume: async (id) => {
        const item = await this.#table.get(keyOf(model, id));
        if (item === undefined) return;
        const { payload } = recordSchema.parse(item.data);
        const consumed = Math.floor(this.#clock.now().getTime() / 1000);
        await this.#table.write([
          { kind: 'put', item: { ...item, data: { payload: { ...payload, consumed } } }, if: 'any' },
        ]);
      },
      destroy: async (id) => {
        await this.#table.write([{ kind: 'delete', key: keyOf(model, id), if: 'any' }]);
      },
      revokeByGrantId: (grant) => this.#removeAll('index1', `OIDC_GRANT#${grant}`),
    };
  }

  /** Ends every session of an account, and all that was granted in them. */
  removeOf(account: string): Promise<void> {
    return this.#removeAll('index2', `OIDC_ACCOUNT#${account}`);
  }

  async #put(
    model: string,
    id: string,
    payload: AdapterPayload,
    expiresIn: number | undefined,
  ): Promise<void> {
    const { uid, grantId, accountId } = payload;
    const first =
      model === 'Session' && uid !== undefined
        ? `OIDC_UID#${uid}`
        : grantId === undefined
          ? undefined
          : `OIDC_GRANT#${grantId}`;
    const item = {
      ...keyOf(model, id),
      ...(first === undefined ? {} : { index1: { pk: first, sk: `${model}#${id}` } }),
      ...(accountId === undefined
        ? {}
        : { index2: { pk: `OIDC_ACCOUNT#${accountId}`, sk: `${model}#${id}` } }),
      ...(expiresIn !== undefined && expiresIn > 0
        ? { expires_at: Math.ceil(this.#clock.now().getTime() / 1000) + expiresIn }
        : {}),
      data: { payload: plain(payload) },
    };
    await this.#table.write([{ kind: 'put', item, if: 'any' }]);
  }

  async #removeAll(index: 'index1' | 'index2', pk: string): Promise<void> {
    const range: Range = { pk, limit: AT_ONCE };
    for (;;) {
      const { items } = await this.#table.queryIndex(index, range);
      if (items.length === 0) return;
      await this.#table.write(
        items.map(({ pk: partition, sk }) => ({ kind: 'delete', key: { pk: partition, sk }, if: 'any' })),
      );
    }
  }
}

function payloadOf(item: Item | undefined): AdapterPayload | undefined {
  return item && recordSchema.parse(item.data).payload;
}
