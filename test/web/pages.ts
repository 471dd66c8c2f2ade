/** Every page that is there for whoever has a project, and what its heading says; `{ref}` and `{slug}` are filled in. */
export const PAGES: readonly (readonly [path: string, heading: string])[] = [
  ['/', 'Projects'],
  ['/new', 'New project'],
  ['/account', 'Account'],
  ['/organizations/new', 'New organization'],
  ['/organizations/{slug}', 'Members'],
  ['/organizations/{slug}/tokens', 'Access tokens'],
  ['/organizations/{slug}/audit', 'Audit log'],
  ['/organizations/{slug}/usage', 'Usage and plan'],
  ['/organizations/{slug}/settings', 'Settings'],
  ['/projects/{ref}', 'shop'],
  ['/projects/{ref}/tables?schema=public&table=todos', 'Tables'],
  ['/projects/{ref}/sql', 'SQL editor'],
  ['/projects/{ref}/settings', 'Settings'],
  ['/no/such/place', 'There is nothing here'],
];
