import type { SecureContext } from 'node:tls';

/** What a server shows to its clients. */
export interface ServerCertificates {
  /** For clients that name no host of ours. */
  general(): { readonly key: string; readonly cert: string };
  forName(serverName: string): SecureContext | undefined;
}

/** Certificates of a year are renewed well before they expire. */
export const CERTIFICATE_RENEWAL_MS = 24 * 60 * 60 * 1000;
