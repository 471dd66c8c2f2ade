import type { ProjectRef } from '../kernel/ids.ts';
import type { Result } from '../kernel/result.ts';
import type { ConditionFailed, Table, Versioned, Write } from '../kernel/table.port.ts';
import { type EdgeFunction, functionSchema } from './function.ts';

const PREFIX = 'FUNCTION#';

const functionKey = (ref: ProjectRef, slug: string) => ({ pk: `PROJECT#${ref}`, sk: `${PREFIX}${slug}` });

/** A change of one function: what was read, if it was there, and what takes its place, if anything does. */
export interface FunctionChange {
  readonly read: Versioned<EdgeFunction> | undefined;
  readonly next: EdgeFunction | undefined;
}

export class FunctionStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async find(ref: ProjectRef, slug: string): Promise<Versioned<EdgeFunction> | undefined> {
    const item = await this.#table.get(functionKey(ref, slug));
    return item && { value: functionSchema.parse(item.data), version: item.version };
  }

  /** In the order of their slugs. */
  async all(ref: ProjectRef): Promise<readonly EdgeFunction[]> {
    const found: EdgeFunction[] = [];
    const range = { pk: `PROJECT#${ref}`, prefix: PREFIX };
    let cursor: string | undefined;
    do {
      const page = await this.#table.query(cursor === undefined ? range : { ...range, cursor });
      found.push(...page.items.map(({ data }) => functionSchema.parse(data)));
      cursor = page.cursor;
    } while (cursor !== undefined);
    return found;
  }

  /** All or nothing; fails when one of the functions is no longer the one that was read. */
  write(
    ref: ProjectRef,
    changes: readonly FunctionChange[],
    more: readonly Write[],
  ): Promise<Result<void, ConditionFailed>> {
    return this.#table.write([...changes.flatMap((change) => writeOf(ref, change)), ...more]);
  }
}

function writeOf(ref: ProjectRef, { read, next }: FunctionChange): readonly Write[] {
  if (next !== undefined) {
    const item = { ...functionKey(ref, next.slug), data: { ...next } };
    return [{ kind: 'put', item, if: read === undefined ? 'absent' : { version: read.version } }];
  }
  if (read === undefined) return [];
  return [{ kind: 'delete', key: functionKey(ref, read.value.slug), if: { version: read.version } }];
}
