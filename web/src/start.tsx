import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { createApi } from './api/client.ts';
import { ApiError, wordsOf } from './api/error.ts';
import { type App, AppContext } from './app.ts';
import { createAppRouter } from './routes.ts';
import { loadInstallation } from './session/installation.ts';
import { openSession } from './session/session.ts';
import { Toasts } from './shell/toasts.ts';

/** Of the API; empty: that of the page. */
const API_ORIGIN: string = import.meta.env['VITE_API_URL'] ?? '';

const FRESH_MS = 10_000;

/** Puts the parts together: what is installed, who is signed in, the client, and the pages on top of them. */
export async function start(): Promise<ReactNode> {
  const installation = await loadInstallation(API_ORIGIN);
  const session = await openSession(installation);
  const toasts = new Toasts();
  const app: App = { installation, session, toasts, api: createApi(API_ORIGIN, session) };
  const router = createAppRouter(app);

  const toLogin = async () => {
    const { pathname, href } = router.state.location;
    if (pathname === '/login') return;
    await session.forget();
    await router.navigate({ to: '/login', search: { to: href, ended: true } });
  };
  /** A session that has ended is no error: it leads to the login page, and from there back. */
  const onRefusal = (error: Error) => {
    const ended = error instanceof ApiError && error.status === 401;
    if (ended) void toLogin();
    return ended;
  };
  const queries = new QueryClient({
    queryCache: new QueryCache({ onError: onRefusal }),
    mutationCache: new MutationCache({
      onError: (error, _request, _context, mutation) => {
        if (!onRefusal(error) && mutation.meta?.['inline'] !== true) toasts.fail(wordsOf(error));
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        // What was refused for a reason is refused again.
        retry: (failures, error) => failures < 2 && error instanceof ApiError && error.status >= 500,
      },
    },
  });
  return (
    <AppContext value={app}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </AppContext>
  );
}
