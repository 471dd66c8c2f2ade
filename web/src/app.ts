import { createContext, useContext } from 'react';
import type { Api } from './api/client.ts';
import type { Installation } from './session/installation.ts';
import type { Session } from './session/session.ts';
import type { Toasts } from './shell/toasts.ts';

/** What every page may use. */
export interface App {
  readonly installation: Installation;
  readonly session: Session;
  readonly api: Api;
  readonly toasts: Toasts;
}

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
  const app = useContext(AppContext);
  if (app === null) throw new Error('There is no app around this.');
  return app;
}
