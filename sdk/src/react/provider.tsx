import type { SupabaseClient } from '@supabase/supabase-js';
import { type ReactNode, createContext, useContext } from 'react';

const Client = createContext<SupabaseClient | undefined>(undefined);

/** Gives the hooks below it the client of the project. */
export function RealtimeProvider(props: { readonly client: SupabaseClient; readonly children: ReactNode }) {
  return <Client value={props.client}>{props.children}</Client>;
}

export function useSupabase(): SupabaseClient {
  const client = useContext(Client);
  if (client === undefined)
    throw new Error('There is no <RealtimeProvider client={…}> around this component.');
  return client;
}
