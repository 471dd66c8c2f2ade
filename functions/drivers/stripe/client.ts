import { Stripe } from 'stripe';

/** Within the 29 s that a request to the API has on AWS, one repetition included. */
const TIMEOUT_MS = 8000;

export function stripeClient({ secretKey, api }: { readonly secretKey: string; readonly api: URL }): Stripe {
  const isPlain = api.protocol === 'http:';
  return new Stripe(secretKey, {
    host: api.hostname,
    port: api.port === '' ? (isPlain ? 80 : 443) : Number(api.port),
    protocol: isPlain ? 'http' : 'https',
    timeout: TIMEOUT_MS,
    maxNetworkRetries: 1,
    telemetry: false,
    appInfo: { name: 'Baseplane' },
  });
}
