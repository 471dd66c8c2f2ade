import type { URL } from 'node:url';
import { Stripe } from 'stripe';

/** Within the 29 s that a request to the API has on AWS, one repetition included. */
const TIMEOUT_MS = 8000;

interface ClientParts {
  readonly secretKey: string;
  readonly api: URL;
  readonly timeoutMs?: number;
}

export function stripeClient({ secretKey, api, timeoutMs = TIMEOUT_MS }: ClientParts): Stripe {
  const isPlain = api.protocol === 'http:';
  return new Stripe(secretKey, {
    host: api.hostname,
    port: api.port === '' ? (isPlain ? 80 : 443) : Number(api.port),
    protocol: isPlain ? 'http' : 'https',
    timeout: timeoutMs,
    maxNetworkRetries: 1,
    telemetry: false,
    appInfo: { name: 'Baseplane' },
  });
}
