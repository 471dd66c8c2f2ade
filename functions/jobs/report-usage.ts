import { type FollowPorts, followSubscription } from '../core/billing/follow-subscription.ts';
import type { Payments } from '../core/billing/payments.port.ts';
import { reportUsage } from '../core/billing/report-usage.ts';
import type { Log } from '../core/kernel/log.port.ts';
import { isCharged } from '../core/organization/organization.ts';
import { systemActor } from '../core/organization/system-actor.ts';
import type { StatementPorts } from '../core/usage/statement.ts';

export type ReportUsagePorts = FollowPorts &
  StatementPorts & {
    readonly log: Log;
    /** Null: nobody is billed. */
    readonly payments: Payments | null;
  };

/**
 * For every organization with a subscription: makes up for what the payment provider told and nobody heard, ends the
 * plan where the grace is over, and reports what was used.
 */
export async function reportAllUsage(ports: ReportUsagePorts): Promise<void> {
  const { payments, organizations, log } = ports;
  if (payments === null) return;
  for (const { slug, payment } of await organizations.subscribed()) {
    try {
      const actor = systemActor({ ip: '', request_id: 'report-usage' });
      if (payment !== undefined) await followSubscription(slug, payment.customer, payments, actor, ports);
      // Once a subscription has ended there is no invoice that anything could be put on.
      const organization = await organizations.organization(slug);
      if (organization !== undefined && isCharged(organization))
        await reportUsage(organization, payments, ports);
    } catch (error) {
      log.error('could not report the usage of an organization', error, { organization: slug });
    }
  }
}
