import { useState } from 'react';
import { useAction, useAnswer } from '../../api/hooks.ts';
import type { AnswerOf } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Form, SelectField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { BillingActions } from './billing-actions.tsx';
import { useMayHere, useOrganization } from './use-organization.ts';

type Plan = AnswerOf<'getPlan'>['plan'];

const PLANS = [
  { value: 'free', label: 'Free' },
  { value: 'pro', label: 'Pro' },
  { value: 'team', label: 'Team' },
  { value: 'enterprise', label: 'Enterprise' },
] as const;

const BEYOND = {
  refused: 'What goes beyond the plan is refused.',
  billed: 'What goes beyond the plan is billed.',
};

export function PlanSection() {
  const { slug } = useOrganization();
  const plan = useAnswer('getPlan', { params: { slug } });
  return (
    <Section title="Plan">
      <Loaded query={plan} lines={2}>
        {({ plan: current, fee_cents: fee, overage, billing }) => (
          <>
            <p>
              {PLANS.find(({ value }) => value === current)?.label}, {(fee / 100).toFixed(2)} USD a month.{' '}
              {BEYOND[overage]}
            </p>
            {billing === null ? (
              <ChangePlan current={current} />
            ) : (
              <BillingActions {...billing} current={current} />
            )}
          </>
        )}
      </Loaded>
    </Section>
  );
}

function ChangePlan({ current }: { readonly current: Plan }) {
  const { slug } = useOrganization();
  const mayWrite = useMayHere('organization_admin_write');
  const [chosen, setChosen] = useState<Plan>(current);
  const change = useAction('changePlan', {
    inline: true,
    done: 'The plan is as you chose.',
  });
  if (!mayWrite) return null;
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate({ params: { slug }, body: { plan: chosen } });
      }}
      actions={
        <Button type="submit" disabled={chosen === current} busy={change.isPending}>
          Change plan
        </Button>
      }
    >
      <SelectField
        label="Change to"
        options={PLANS}
        value={chosen}
        onChange={({ target }) =>
          setChosen(PLANS.find(({ value }) => value === target.value)?.value ?? current)
        }
      />
      {change.isError && <ErrorNote error={change.error} />}
    </Form>
  );
}
