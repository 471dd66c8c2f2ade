import type { Settings } from './plan/settings.ts';
import { webPolicy } from './plan/web-policy.ts';

/** The dashboard, a static site at `app.<root>`, unless the settings say that there is to be none. */
export function makeWeb(settings: Settings): void {
  const { dashboard, hostedZoneId, rootDomain, stage } = settings;
  if (!dashboard) return;
  const headers = new aws.cloudfront.ResponseHeadersPolicy('WebHeaders', {
    name: `baseplane-${stage}-dashboard`,
    securityHeadersConfig: {
      contentSecurityPolicy: { contentSecurityPolicy: webPolicy(settings), override: true },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: 'DENY', override: true },
      // The address of a page can hold the token of an invitation.
      referrerPolicy: { referrerPolicy: 'no-referrer', override: true },
      strictTransportSecurity: { accessControlMaxAgeSec: 63_072_000, override: true },
    },
    customHeadersConfig: {
      items: [{ header: 'cross-origin-opener-policy', value: 'same-origin', override: true }],
    },
  });
  new sst.aws.StaticSite('Web', {
    path: 'web',
    build: { command: 'npm run build', output: 'dist' },
    domain: { name: `app.${rootDomain}`, dns: sst.aws.dns({ zone: hostedZoneId }) },
    environment: { VITE_API_URL: `https://api.${rootDomain}` },
    transform: {
      cdn: (args) => {
        args.defaultCacheBehavior = $util
          .output(args.defaultCacheBehavior)
          .apply((behaviour) => ({ ...behaviour, responseHeadersPolicyId: headers.id }));
      },
    },
  });
}
