import { loginDomain } from './names.ts';
import type { Settings } from './settings.ts';

/**
 * What a page of the dashboard may do: run its own scripts and speak to the API, to the projects and to the user pool,
 * whose keys and whose login are at two hosts. Nothing inline, nothing from elsewhere, no frame around it.
 */
export function webPolicy({ rootDomain, stage, cells: [{ region }] }: Settings): string {
  const app = `https://app.${rootDomain}`;
  const projects = `https://*.${rootDomain}`;
  const login = `https://${loginDomain({ stage, rootDomain })}.auth.${region}.amazoncognito.com`;
  const policy = {
    'default-src': ["'none'"],
    'script-src': [`${app}/assets/`, `${app}/theme.js`],
    'style-src': ["'self'"],
    'font-src': ["'self'"],
    'img-src': ["'self'", 'data:', 'blob:', projects],
    'media-src': ["'self'", 'blob:', projects],
    'connect-src': [
      "'self'",
      projects,
      `wss://*.${rootDomain}`,
      `https://cognito-idp.${region}.amazonaws.com`,
      login,
    ],
    'manifest-src': ["'self'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
    'base-uri': ["'none'"],
  };
  return Object.entries(policy)
    .map(([name, values]) => [name, ...values].join(' '))
    .join('; ');
}
