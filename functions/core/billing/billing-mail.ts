import type { Mail } from '../kernel/notifier.port.ts';
import type { Organization, SubscriptionRecord } from '../organization/organization.ts';

const day = (at: string | null) => (at ?? '').slice(0, 10);

type Told = Pick<SubscriptionRecord, 'state' | 'plan' | 'ends_at'>;

/** What the owners of an organization are told of its subscription; undefined: nothing. */
export function billingMail(
  { name, slug }: Pick<Organization, 'name' | 'slug'>,
  { state, plan, ends_at }: Told,
  dashboardUrl: string,
): Omit<Mail, 'to'> | undefined {
  const page = `${dashboardUrl}/organizations/${slug}/usage`;
  switch (state) {
    case 'paid':
      return undefined;
    case 'overdue':
      return {
        subject: `A payment for ${name} has failed`,
        text: `The payment for the plan "${plan}" of the organization ${name} has failed. It will be tried again.

If none succeeds, the subscription ends, and with it the plan. To pay in another way, go to
${page}
`,
      };
    case 'grace':
      return {
        subject: `The plan of ${name} ends on ${day(ends_at)}`,
        text: `The subscription of the organization ${name} has ended. Its projects stay on the plan "${plan}" until ${day(ends_at)}, UTC, and are on
the free plan from then on: what goes beyond that is restricted, and nothing is deleted.

To keep the plan, subscribe again at
${page}
`,
      };
    case 'over':
      return {
        subject: `${name} is on the free plan`,
        text: `The subscription of the organization ${name} has ended, and its plan "${plan}" with it. What its projects have is kept; what goes
beyond the free plan is restricted.

To have the plan again, subscribe at
${page}
`,
      };
  }
}
