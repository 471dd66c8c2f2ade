import { Outlet } from '@tanstack/react-router';
import { isAbsent } from '../../api/error.ts';
import { Absent } from '../../ui/absent.tsx';
import { Loaded, PageSkeleton } from '../../ui/skeleton.tsx';
import { useOrganizationQuery, useSlug } from './use-organization.ts';

/** Around every page of an organization: its pages come when it is known. */
export function OrganizationFrame() {
  const organization = useOrganizationQuery(useSlug());
  if (isAbsent(organization)) {
    return (
      <Absent title="Organization not found">
        It may have been deleted, or you are no member any more. An owner of it can invite you.
      </Absent>
    );
  }
  return (
    <Loaded query={organization} skeleton={<PageSkeleton />}>
      {() => <Outlet />}
    </Loaded>
  );
}
