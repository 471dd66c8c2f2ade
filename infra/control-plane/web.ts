import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from './plan/settings.ts';

const FOLDER = 'web';

/** Asked for before anything is created. */
export function webProblem({ dashboard }: Settings, root: string): string | undefined {
  if (!dashboard || existsSync(join(root, FOLDER, 'package.json'))) return undefined;
  return `BASEPLANE_DASHBOARD is on, but there is no dashboard in ${FOLDER}/`;
}

/** The dashboard, a static site at `app.<root>`, where the settings ask for it. */
export function makeWeb({ dashboard, hostedZoneId, rootDomain }: Settings): void {
  if (!dashboard) return;
  new sst.aws.StaticSite('Web', {
    path: FOLDER,
    build: { command: 'npm run build', output: 'dist' },
    domain: { name: `app.${rootDomain}`, dns: sst.aws.dns({ zone: hostedZoneId }) },
    environment: { VITE_API_URL: `https://api.${rootDomain}` },
  });
}
