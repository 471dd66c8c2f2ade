import { SESv2Client } from '@aws-sdk/client-sesv2';
import { OrganizationStore } from '../core/organization/organization-store.ts';
import { idleAfter } from '../core/usage/idle-after.ts';
import { StoredUse } from '../core/usage/stored-use.ts';
import { inRegion } from '../drivers/aws/clients.ts';
import { translating } from '../drivers/aws/errors.ts';
import { SesNotifier } from '../drivers/aws/notifier.ts';
import type { PauseIdlePorts } from '../jobs/pause-idle.ts';
import { composeAwsTransitions } from './compose-aws-transitions.ts';
import { LOG_DELAY_MS } from './compose-aws-state.ts';
import type { AwsConfig } from './config-aws.ts';

/** What it takes to warn of a pause and to begin one; whether that is right, the workflow looks again. */
export function composeAwsPauseIdle(config: AwsConfig): PauseIdlePorts {
  const ports = composeAwsTransitions(config);
  const ses = translating(new SESv2Client(inRegion(config.home)));
  return {
    ...ports,
    organizations: new OrganizationStore(ports.table),
    uses: new StoredUse({ ...ports, delayMs: LOG_DELAY_MS }),
    notifier: new SesNotifier({ ...ports, ses, sender: config.mailSender }),
    idleAfter: idleAfter(),
    dashboardUrl: config.dashboardUrl,
  };
}
