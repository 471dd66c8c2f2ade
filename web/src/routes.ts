import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import type { App } from './app.ts';
import { CrashedPage } from './shell/crashed-page.tsx';
import { MissingPage } from './shell/missing-page.tsx';
import { Root } from './shell/root.tsx';
import { PageSkeleton } from './ui/skeleton.tsx';

/** Every address of the dashboard. A page's code is fetched when it is gone to, or pointed at. */
const root = createRootRouteWithContext<App>()({ component: Root });

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
    // oxlint-disable-next-line typescript/only-throw-error
    throw redirect({ to: '/login', search: location.href === '/' ? {} : { to: location.href } });
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

const routeTree = root.addChildren([
  login,
  callback,
  inside.addChildren([projects, newProject, project.addChildren([projectHome, projectSql])]),
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
