import { UNREACHABLE } from '../api/error.ts';

export interface Installation {
  readonly issuer: string | null;
  readonly client_id: string | null;
  readonly account_url: string | null;
  readonly api_url: string;
  readonly version: string;
  readonly target: 'local' | 'aws';
  readonly outbox: boolean;
}

/** Asked before there is a session, and so without the client. */
export async function loadInstallation(origin: string): Promise<Installation> {
  const response = await fetch(`${origin}/platform/config`).catch(() => undefined);
  if (response?.ok !== true) throw UNREACHABLE;
  const installation: Installation = await response.json();
  return installation;
}
