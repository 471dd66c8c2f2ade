import { SESv2Client } from '@aws-sdk/client-sesv2';
import { CATALOGUE } from '../../templates/catalogue.ts';
import type { BillingPorts } from '../api/call.ts';
import { OrganizationStore } from '../core/organization/organization-store.ts';
import { ProjectStore } from '../core/project/project-store.ts';
import { UserStore } from '../core/organization/user-store.ts';
import { UsageStore } from '../core/usage/usage-store.ts';
import { inRegion } from '../drivers/aws/clients.ts';
import { translating } from '../drivers/aws/errors.ts';
import { SesNotifier } from '../drivers/aws/notifier.ts';
import { OidcIdentityProvider } from '../drivers/oidc/identity.ts';
import type { ReportUsagePorts } from '../jobs/report-usage.ts';
import { composeAwsTable } from './compose-aws-table.ts';
import { composeStripe } from './compose-stripe.ts';
import type { AwsConfig } from './config-aws.ts';
import { perMinute } from './identity-settings.ts';

/** What requests about money need: records, mails, and whoever collects. */
export function composeAwsBilling(config: AwsConfig): BillingPorts {
  const ports = composed(config);
  const { issuer } = config;
  return {
    ...ports,
    paymentEvents: composeStripe(config.stripe).paymentEvents,
    users: new UserStore(ports.table),
    projects: new ProjectStore(ports.table),
    catalogue: CATALOGUE,
    target: 'aws',
    identity: issuer === undefined ? null : new OidcIdentityProvider(issuer),
    limits: perMinute(config.rateLimit),
  };
}

export const composeAwsReportUsage = (config: AwsConfig): ReportUsagePorts => composed(config);

function composed(config: AwsConfig) {
  const ports = composeAwsTable(config);
  const ses = translating(new SESv2Client(inRegion(config.home)));
  return {
    ...ports,
    organizations: new OrganizationStore(ports.table),
    usage: new UsageStore(ports.table),
    notifier: new SesNotifier({ ...ports, ses, sender: config.mailSender }),
    payments: composeStripe(config.stripe).payments,
    dashboardUrl: config.dashboardUrl,
  };
}
