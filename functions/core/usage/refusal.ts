import type { MeteredService } from './meters.ts';
import type { Restriction } from './restriction.ts';

export interface RestrictedRequest {
  readonly method: string;
  /** As below the project's address, without the query string. */
  readonly path: string;
  readonly service: MeteredService;
}

/** What brings bytes into Storage. Listing, signing, moving and deleting take room from nobody. */
const UPLOADS: readonly { readonly methods: readonly string[]; readonly path: RegExp }[] = [
  {
    methods: ['POST', 'PUT'],
    path: /^\/storage\/v1\/object\/(?!list\/|list-v2\/|sign\/|info\/|move$|authenticated\/|public\/)/,
  },
  { methods: ['POST', 'PATCH'], path: /^\/storage\/v1\/upload\// },
  { methods: ['PUT'], path: /^\/storage\/v1\/s3\// },
];

/** The restriction that stands in the way of a request, if any does. */
export function refusalOf(
  known: readonly Restriction[],
  { method, path, service }: RestrictedRequest,
): Restriction | undefined {
  return known.find(({ effect, services }) => {
    if (!services.includes(service)) return false;
    if (effect === 'requests_refused') return true;
    return (
      effect === 'uploads_refused' &&
      UPLOADS.some(({ methods, path: of }) => methods.includes(method) && of.test(path))
    );
  });
}
