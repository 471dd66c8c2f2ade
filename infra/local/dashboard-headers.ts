import type { LocalConfig } from '../../functions/runtime/config.ts';

/**
 * What a page of the dashboard may do: run its own scripts and speak to this installation, to its projects and to
 * whoever signs people in. Nothing inline, nothing from elsewhere, no frame around it.
 */
export function dashboardHeaders(config: LocalConfig): Readonly<Record<string, string>> {
  const { port, tlsPort, projectDomain, issuer } = config;
  const own = `http://localhost${port === 80 ? '' : `:${port}`}`;
  const at = (given: number, usual: number) => (given === usual ? '' : `:${given}`);
  const plain = `://*.${projectDomain}${at(port, 80)}`;
  const secure = tlsPort === undefined ? undefined : `://*.${projectDomain}${at(tlsPort, 443)}`;
  const http = [`http${plain}`, ...(secure === undefined ? [] : [`https${secure}`])];
  const sockets = [`ws${plain}`, ...(secure === undefined ? [] : [`wss${secure}`])];
  const others = issuer === undefined ? [] : [new URL(issuer.issuer).origin];
  const policy = {
    'default-src': ["'none'"],
    // Not all of this origin: below /p/ projects answer what they like.
    'script-src': [`${own}/assets/`, `${own}/theme.js`],
    'style-src': ["'self'"],
    'font-src': ["'self'"],
    'img-src': ["'self'", 'data:', 'blob:', ...http],
    'media-src': ["'self'", 'blob:', ...http],
    'connect-src': ["'self'", ...http, ...sockets, ...others],
    'manifest-src': ["'self'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
    'base-uri': ["'none'"],
  };
  return {
    'content-security-policy': Object.entries(policy)
      .map(([name, values]) => [name, ...values].join(' '))
      .join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    // The address of a page can hold the token of an invitation.
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };
}
