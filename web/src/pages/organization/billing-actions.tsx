import { useAction } from '../../api/hooks.ts';
import type { AnswerOf } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote, Notice } from '../../ui/notice.tsx';
import styles from './billing-actions.module.css';
import { useMayHere, useOrganization } from './use-organization.ts';

type Billing = NonNullable<AnswerOf<'getPlan'>['billing']>;
type Plan = AnswerOf<'getPlan'>['plan'];
type Subscription = NonNullable<Billing['subscription']>;

const LABELS = { pro: 'Pro', team: 'Team' };

const dayOf = (at: string | null) => (at ?? '').slice(0, 10);

/** What the state of a subscription means for its plan, where that is not as it should be. */
const STATES: Readonly<Record<Subscription['state'], ((of: Subscription) => string) | undefined>> = {
  paid: undefined,
  overdue: () => 'A payment has failed and will be tried again. Look at how you pay.',
  grace: ({ plan_ends_at: ends }) => `The subscription has ended. The plan ends on ${dayOf(ends)}, UTC.`,
  over: undefined,
};

/** Where plans are paid for: to the pages at which one subscribes, pays and cancels. */
export function BillingActions({ plans, subscription, current }: Billing & { readonly current: Plan }) {
  const { slug } = useOrganization();
  const mayWrite = useMayHere('organization_admin_write');
  const onDone = ({ url }: { readonly url: string | null }) => {
    if (url !== null) window.location.assign(url);
  };
  const checkout = useAction('subscribe', { inline: true, onDone });
  const portal = useAction('openBillingPortal', { inline: true, onDone });
  const isLive = subscription?.state === 'paid' || subscription?.state === 'overdue';
  // A contract is made by hand, and given up by hand.
  const sold = current === 'enterprise' ? [] : plans;
  const told = subscription && STATES[subscription.state]?.(subscription);
  return (
    <>
      {isLive && (
        <p>
          {subscription.cancels ? 'The subscription ends on ' : 'Paid for until '}
          {dayOf(subscription.period_end)}, UTC.
        </p>
      )}
      {told && <Notice tone="warn" title={told} />}
      {mayWrite && (
        <div className={styles['actions']}>
          {sold
            .filter((plan) => !isLive || plan !== subscription.plan)
            .map((plan) => (
              <Button
                key={plan}
                tone={isLive ? 'plain' : 'primary'}
                busy={checkout.isPending && checkout.variables.body.plan === plan}
                onClick={() => checkout.mutate({ params: { slug }, body: { plan } })}
              >
                {isLive ? `Change to ${LABELS[plan]}` : `Upgrade to ${LABELS[plan]}`}
              </Button>
            ))}
          {subscription !== null && (
            <Button busy={portal.isPending} onClick={() => portal.mutate({ params: { slug } })}>
              Manage billing
            </Button>
          )}
        </div>
      )}
      {[checkout, portal].map(({ isError, error }, at) =>
        isError ? <ErrorNote key={['checkout', 'portal'][at]} error={error} /> : null,
      )}
    </>
  );
}
