import type { MetricsPorts } from '../api/call.ts';
import { OrganizationStore } from '../core/organization/organization-store.ts';
import { UserStore } from '../core/organization/user-store.ts';
import { ProjectStore } from '../core/project/project-store.ts';
import { OidcIdentityProvider } from '../drivers/oidc/identity.ts';
import { composeAwsTable } from './compose-aws-table.ts';
import type { AwsConfig } from './config-aws.ts';
import { perMinute } from './identity-settings.ts';
import { VERSION } from './version.ts';

/** What it takes to tell the operator how the installation is: its records. */
export function composeAwsMetrics(config: AwsConfig): MetricsPorts {
  const ports = composeAwsTable(config);
  const { issuer } = config;
  return {
    ...ports,
    users: new UserStore(ports.table),
    organizations: new OrganizationStore(ports.table),
    projects: new ProjectStore(ports.table),
    identity: issuer === undefined ? null : new OidcIdentityProvider(issuer),
    limits: perMinute(config.rateLimit),
    dashboardUrl: config.dashboardUrl,
    target: 'aws',
    installation: { version: VERSION },
  };
}
