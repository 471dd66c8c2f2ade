import { type DomainError, fail } from '../kernel/errors.ts';
import type { OrganizationSlug } from '../kernel/ids.ts';
import type { Result } from '../kernel/result.ts';
import type { Write } from '../kernel/table.port.ts';
import type { Membership, Organization } from './organization.ts';
import { type OrganizationStore, organizationItem } from './organization-store.ts';

/** Each failed attempt means that another change got through, so a handful is plenty. */
const ATTEMPTS = 8;

interface Change<T> {
  /** What becomes of the organization's own record. */
  readonly organization?: Organization;
  readonly writes: readonly Write[];
  readonly answer: T;
}

export const NO_SUCH_ORGANIZATION = fail('not_found', 'Organization not found.', {
  field: 'path.slug',
  suggestion: 'GET /v1/organizations lists the organizations that this token reaches.',
});

/**
 * Changes an organization by what is true of all its members at that moment, such as who owns it: every such change
 * writes the organization's record on the version that it was decided on.
 */
export async function guardedChange<T>(
  slug: OrganizationSlug,
  store: OrganizationStore,
  decide: (
    organization: Organization,
    members: readonly Membership[],
  ) => Result<Change<T>, DomainError> | Promise<Result<Change<T>, DomainError>>,
): Promise<Result<T, DomainError>> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const read = await store.find(slug);
    if (read === undefined) return NO_SUCH_ORGANIZATION;
    const change = await decide(read.value, await store.membersOf(slug));
    if (!change.ok) return change;
    const { organization = read.value, writes, answer } = change.value;
    const item = organizationItem(organization);
    const written = await store.write([{ kind: 'put', item, if: { version: read.version } }, ...writes]);
    if (written.ok) return { ok: true, value: answer };
  }
  return fail('conflict', 'The organization is being changed by others at this moment.', {
    suggestion: 'Try again.',
  });
}
