import { useMatches } from '@tanstack/react-router';
import type { IconName } from '../ui/icons.tsx';

export interface Place {
  readonly label: string;
  readonly to: string;
  readonly icon: IconName;
}

/** The pages of a project, in the order in which they are listed; `to` is what follows its address. */
const PROJECT_PLACES: readonly Place[] = [
  { label: 'Home', to: '', icon: 'home' },
  { label: 'Tables', to: 'tables', icon: 'table' },
  { label: 'SQL editor', to: 'sql', icon: 'sql' },
  { label: 'Users', to: 'users', icon: 'users' },
  { label: 'Storage', to: 'storage', icon: 'storage' },
  { label: 'Functions', to: 'functions', icon: 'functions' },
  { label: 'Realtime', to: 'realtime', icon: 'realtime' },
  { label: 'Logs', to: 'logs', icon: 'logs' },
  { label: 'Advisors', to: 'advisors', icon: 'advisors' },
  { label: 'Backups', to: 'backups', icon: 'backups' },
  { label: 'Settings', to: 'settings', icon: 'settings' },
];

/** The pages of an organization. */
const ORGANIZATION_PLACES: readonly Place[] = [
  { label: 'Members', to: '', icon: 'users' },
  { label: 'Access tokens', to: 'tokens', icon: 'key' },
  { label: 'Audit log', to: 'audit', icon: 'audit' },
  { label: 'Usage and plan', to: 'usage', icon: 'usage' },
  { label: 'Settings', to: 'settings', icon: 'settings' },
];

const under = (base: string, places: readonly Place[]) =>
  places.map((place) => ({ ...place, to: `${base}${place.to === '' ? '' : `/${place.to}`}` }));

/** What the address names: a project or an organization, or neither. */
export function useSubject(): { readonly ref?: string; readonly slug?: string } {
  const params: { readonly ref?: string; readonly slug?: string } = useMatches().at(-1)?.params ?? {};
  return params;
}

/** The pages of what the address names. */
export function usePlaces(): readonly Place[] {
  const { ref, slug } = useSubject();
  if (ref !== undefined) return under(`/projects/${ref}`, PROJECT_PLACES);
  return slug === undefined ? [] : under(`/organizations/${slug}`, ORGANIZATION_PLACES);
}
