import type { RequestListener } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { LocalCloud } from '../../functions/runtime/compose-local.ts';
import type { LocalConfig } from '../../functions/runtime/config.ts';
import { isBuilt, openDashboard } from './dashboard.ts';
import { dashboardHeaders } from './dashboard-headers.ts';
import { clientAddress } from './gateway-headers.ts';
import { homePage } from './home-page.ts';
import type { Issuer } from './issuer/issuer.ts';

const BUILT = fileURLToPath(new URL('../../web/dist', import.meta.url));

export const dashboardIsBuilt = () => isBuilt(BUILT);

const OF_THE_ISSUER = /^\/oidc(\/|\?|$)/;

/** What answers at the cloud's own address: the issuer, the dashboard's pages, and in all else the API. */
export function controlServer(config: LocalConfig, cloud: LocalCloud): RequestListener {
  const headers = dashboardHeaders(config);
  const dashboard =
    openDashboard(BUILT, { origin: cloud.ports.dashboardUrl, headers }) ??
    homePage(cloud.ports.installation, headers);
  const { embedded } = cloud;
  let issuer: Promise<Issuer> | undefined;
  return (request, response) => {
    if (embedded !== undefined && OF_THE_ISSUER.test(request.url ?? '')) {
      // Loaded with the first sign-in: a cloud that only scripts use starts sooner and is smaller without.
      issuer ??= import('./issuer/issuer.ts').then(({ createIssuer }) => createIssuer(cloud, embedded));
      void issuer.then((loaded) => loaded.serve(request, response, clientAddress(request)));
      return;
    }
    if (!dashboard.serve(request, response)) cloud.api(request, response);
  };
}
