import { Outlet } from '@tanstack/react-router';
import { Loaded, PageSkeleton } from '../../ui/skeleton.tsx';
import { useOrganizationQuery, useSlug } from './use-organization.ts';

/** Around every page of an organization: its pages come when it is known. */
export function OrganizationFrame() {
  return (
    <Loaded query={useOrganizationQuery(useSlug())} skeleton={<PageSkeleton />}>
      {() => <Outlet />}
    </Loaded>
  );
}
