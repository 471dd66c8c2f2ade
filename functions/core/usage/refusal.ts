import type { ProjectRef } from '../kernel/ids.ts';
import type { Table } from '../kernel/table.port.ts';
import type { RefusedRequests, Refusals } from '../project/refusals.port.ts';
import { METERED_SERVICES } from './meters.ts';
import { type Restriction, explain, restrictions } from './restriction.ts';

interface AskedFor {
  readonly method: string;
  /** As below the project's address, without the query string. */
  readonly path: string;
}

/** What brings bytes into Storage. Listing, signing, moving and deleting take room from nobody. */
const UPLOADS: readonly { readonly methods: readonly string[]; readonly path: string }[] = [
  {
    methods: ['POST', 'PUT'],
    path: '^/storage/v1/object/(?!list/|list-v2/|sign/|info/|move$|authenticated/|public/)',
  },
  { methods: ['POST', 'PATCH'], path: '^/storage/v1/upload/' },
  { methods: ['PUT'], path: '^/storage/v1/s3/' },
];

type Refusing = Pick<Restriction, 'item' | 'effect' | 'services'>;

/** Every request that a restriction is about. */
function refusedBy(restriction: Refusing): readonly RefusedRequests[] {
  const because = explain(restriction);
  switch (restriction.effect) {
    case 'database_read_only':
      return [];
    case 'uploads_refused':
      return UPLOADS.map(({ methods, path }) => ({ methods, path, because }));
    case 'requests_refused':
      return [{ methods: null, path: pathOf(restriction), because }];
  }
}

/** `other` is what is for no service, so that whoever refuses that, too, refuses everything. */
const pathOf = ({ services }: Refusing) =>
  METERED_SERVICES.every((service) => services.includes(service))
    ? '^/'
    : `^/(?:${services.join('|')})(?:/|$)`;

/** Why a request is refused, if any of these restrictions stands in its way. */
export function refusalOf(known: readonly Refusing[], { method, path }: AskedFor): string | undefined {
  return known
    .flatMap(refusedBy)
    .find((each) => (each.methods?.includes(method) ?? true) && new RegExp(each.path).test(path))?.because;
}

/** For stacks that nothing stands before which could refuse. */
export class StoredRefusals implements Refusals {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async of(ref: ProjectRef): Promise<readonly RefusedRequests[]> {
    return (await restrictions(this.#table, ref)).flatMap(refusedBy);
  }
}
