import { useParams } from '@tanstack/react-router';
import { useAnswer } from '../../api/hooks.ts';
import type { AnswerOf } from '../../api/types.ts';

export type OrganizationOverview = AnswerOf<'getOrganizationOverview'>;
export type Role = OrganizationOverview['role'];

export function useSlug(): string {
  return useParams({ from: '/inside/organizations/$slug' }).slug;
}

export const useOrganizationQuery = (slug: string) =>
  useAnswer('getOrganizationOverview', { params: { slug } });

/** The organization one is in. Its frame shows no page before it is known. */
export function useOrganization(): OrganizationOverview {
  const { data } = useOrganizationQuery(useSlug());
  if (data === undefined) throw new Error('The frame of the organization is not around this page.');
  return data;
}

/** Whether the reader's role permits something here. */
export const useMayHere = (permission: OrganizationOverview['permissions'][number]): boolean =>
  useOrganization().permissions.includes(permission);

/** The roles, the highest first, and what each may do, in a few words. */
export const ROLES: readonly { readonly value: Role; readonly label: string; readonly may: string }[] = [
  { value: 'owner', label: 'Owner', may: 'everything, the organization itself too' },
  { value: 'administrator', label: 'Administrator', may: 'projects, members and access tokens' },
  { value: 'developer', label: 'Developer', may: 'what is in projects: data, functions, files' },
  { value: 'read_only', label: 'Read only', may: 'look at everything that holds no secret' },
];

export const roleIn = (value: string): Role =>
  ROLES.find((role) => role.value === value)?.value ?? 'read_only';
export const roleLabel = (value: string): string =>
  ROLES.find((role) => role.value === value)?.label ?? value;
export const roleMay = (value: string): string =>
  `May do: ${ROLES.find((role) => role.value === value)?.may}.`;
