import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import type { App } from './app.ts';
import { CrashedPage } from './shell/crashed-page.tsx';
import { MissingPage, MissingSite } from './shell/missing-page.tsx';
import { Root } from './shell/root.tsx';
import { tableSearch } from './pages/tables/table-search.ts';
import { PageSkeleton } from './ui/skeleton.tsx';

/** Every address of the dashboard. A page's code is fetched when it is gone to, or pointed at. */
const root = createRootRouteWithContext<App>()({ component: Root, notFoundComponent: MissingSite });

interface LoginSearch {
  /** Where to be afterwards. */
  readonly to?: string;
  /** There was a session, and it is over. */
  readonly ended?: boolean;
}

/** Of this site alone: a link must not lead somebody who signs in to another one. */
const local = (to: unknown) => (typeof to === 'string' && /^\/(?![/\\])/.test(to) ? { to } : {});

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: (search): LoginSearch => ({
    ...local(search['to']),
    ...(search['ended'] === true ? { ended: true } : {}),
  }),
  component: lazyRouteComponent(() => import('./pages/sign-in/login-page.tsx'), 'LoginPage'),
});

const callback = createRoute({
  getParentRoute: () => root,
  path: '/callback',
  component: lazyRouteComponent(() => import('./pages/sign-in/callback-page.tsx'), 'CallbackPage'),
});

/** Everything below is for those who are signed in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: lazyRouteComponent(() => import('./shell/shell.tsx'), 'Shell'),
  beforeLoad: async ({ context, location }) => {
    if ((await context.session.token()) !== undefined) return;
    redirect({ to: '/login', search: location.href === '/' ? {} : { to: location.href }, throw: true });
  },
});

const projects = createRoute({
  getParentRoute: () => inside,
  path: '/',
  validateSearch: ({ search }): { readonly search?: string } =>
    typeof search === 'string' ? { search } : {},
  component: lazyRouteComponent(() => import('./pages/projects/project-list-page.tsx'), 'ProjectListPage'),
});

const newProject = createRoute({
  getParentRoute: () => inside,
  path: '/new',
  component: lazyRouteComponent(() => import('./pages/projects/new-project-page.tsx'), 'NewProjectPage'),
});

const project = createRoute({
  getParentRoute: () => inside,
  path: '/projects/$ref',
  component: lazyRouteComponent(() => import('./pages/project/project-frame.tsx'), 'ProjectFrame'),
});

const projectHome = createRoute({
  getParentRoute: () => project,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/project/home-page.tsx'), 'HomePage'),
});

const projectSql = createRoute({
  getParentRoute: () => project,
  path: '/sql',
  validateSearch: ({ snippet }): { readonly snippet?: string } =>
    typeof snippet === 'string' ? { snippet } : {},
  component: lazyRouteComponent(() => import('./pages/sql/sql-page.tsx'), 'SqlPage'),
});

const account = createRoute({
  getParentRoute: () => inside,
  path: '/account',
  component: lazyRouteComponent(() => import('./pages/account/account-page.tsx'), 'AccountPage'),
});

const invitation = createRoute({
  getParentRoute: () => inside,
  path: '/invitations/$token',
  component: lazyRouteComponent(() => import('./pages/organization/invitation-page.tsx'), 'InvitationPage'),
});

const newOrganization = createRoute({
  getParentRoute: () => inside,
  path: '/organizations/new',
  component: lazyRouteComponent(
    () => import('./pages/organization/new-organization-page.tsx'),
    'NewOrganizationPage',
  ),
});

const organization = createRoute({
  getParentRoute: () => inside,
  path: '/organizations/$slug',
  component: lazyRouteComponent(
    () => import('./pages/organization/organization-frame.tsx'),
    'OrganizationFrame',
  ),
});

const members = createRoute({
  getParentRoute: () => organization,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/organization/members-page.tsx'), 'MembersPage'),
});

const tokens = createRoute({
  getParentRoute: () => organization,
  path: '/tokens',
  component: lazyRouteComponent(() => import('./pages/organization/tokens-page.tsx'), 'TokensPage'),
});

const audit = createRoute({
  getParentRoute: () => organization,
  path: '/audit',
  validateSearch: ({ action, actor }): { readonly action?: string; readonly actor?: string } => ({
    ...(typeof action === 'string' && action !== '' ? { action } : {}),
    ...(typeof actor === 'string' && actor !== '' ? { actor } : {}),
  }),
  component: lazyRouteComponent(() => import('./pages/organization/audit-page.tsx'), 'AuditPage'),
});

const usage = createRoute({
  getParentRoute: () => organization,
  path: '/usage',
  component: lazyRouteComponent(() => import('./pages/organization/usage-page.tsx'), 'UsagePage'),
});

const organizationSettings = createRoute({
  getParentRoute: () => organization,
  path: '/settings',
  component: lazyRouteComponent(
    () => import('./pages/organization/organization-settings-page.tsx'),
    'OrganizationSettingsPage',
  ),
});

const outbox = createRoute({
  getParentRoute: () => inside,
  path: '/outbox',
  component: lazyRouteComponent(() => import('./pages/outbox/outbox-page.tsx'), 'OutboxPage'),
});

const users = createRoute({
  getParentRoute: () => project,
  path: '/users',
  component: lazyRouteComponent(() => import('./pages/users/users-page.tsx'), 'UsersPage'),
});

const buckets = createRoute({
  getParentRoute: () => project,
  path: '/storage',
  component: lazyRouteComponent(() => import('./pages/storage/buckets-page.tsx'), 'BucketsPage'),
});

const bucket = createRoute({
  getParentRoute: () => project,
  path: '/storage/$bucket',
  validateSearch: ({ folder }): { readonly folder?: string } =>
    typeof folder === 'string' && folder !== '' ? { folder } : {},
  component: lazyRouteComponent(() => import('./pages/storage/bucket-page.tsx'), 'BucketPage'),
});

const functions = createRoute({
  getParentRoute: () => project,
  path: '/functions',
  component: lazyRouteComponent(() => import('./pages/functions/functions-page.tsx'), 'FunctionsPage'),
});

const oneFunction = createRoute({
  getParentRoute: () => project,
  path: '/functions/$slug',
  component: lazyRouteComponent(() => import('./pages/functions/function-page.tsx'), 'FunctionPage'),
});

const realtime = createRoute({
  getParentRoute: () => project,
  path: '/realtime',
  component: lazyRouteComponent(() => import('./pages/realtime/realtime-page.tsx'), 'RealtimePage'),
});

const logs = createRoute({
  getParentRoute: () => project,
  path: '/logs',
  component: lazyRouteComponent(() => import('./pages/logs/logs-page.tsx'), 'LogsPage'),
});

const advisors = createRoute({
  getParentRoute: () => project,
  path: '/advisors',
  component: lazyRouteComponent(() => import('./pages/advisors/advisors-page.tsx'), 'AdvisorsPage'),
});

const backups = createRoute({
  getParentRoute: () => project,
  path: '/backups',
  component: lazyRouteComponent(() => import('./pages/backups/backups-page.tsx'), 'BackupsPage'),
});

const projectTables = createRoute({
  getParentRoute: () => project,
  path: '/tables',
  validateSearch: tableSearch,
  component: lazyRouteComponent(() => import('./pages/tables/tables-page.tsx'), 'TablesPage'),
});

const projectSettings = createRoute({
  getParentRoute: () => project,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings/settings-page.tsx'), 'SettingsPage'),
});

const certificate = createRoute({
  getParentRoute: () => inside,
  path: '/certificates/$ref',
  component: lazyRouteComponent(() => import('./pages/settings/certificate-page.tsx'), 'CertificatePage'),
});

const ofProject = [
  projectHome,
  projectSql,
  projectTables,
  projectSettings,
  users,
  buckets,
  bucket,
  functions,
  oneFunction,
  realtime,
  logs,
  advisors,
  backups,
] as const;

const routeTree = root.addChildren([
  login,
  callback,
  inside.addChildren([
    projects,
    newProject,
    outbox,
    project.addChildren(ofProject),
    newOrganization,
    organization.addChildren([members, tokens, audit, usage, organizationSettings]),
    account,
    certificate,
    invitation,
  ]),
]);

export const createAppRouter = (context: App) =>
  createRouter({
    routeTree,
    context,
    defaultPreload: 'intent',
    defaultPendingComponent: PageSkeleton,
    defaultErrorComponent: CrashedPage,
    defaultNotFoundComponent: MissingPage,
    scrollRestoration: true,
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
