import { z } from 'zod';
import type { FunctionName } from '../../infra/control-plane/plan/entries.ts';
import type { Deployment } from './deployment.ts';

export const SETTINGS = {
  BASEPLANE_ROOT_DOMAIN: 'example.com',
  BASEPLANE_HOSTED_ZONE_ID: 'Z0123456789ABC',
  BASEPLANE_CELLS: 'euc1:eu-central-1,use1:us-east-1',
  BASEPLANE_ALARM_EMAIL: 'ops@example.com',
  BASEPLANE_STRIPE_PRICE_PRO: 'price_pro',
  BASEPLANE_STRIPE_PRICE_USAGE: 'price_usage',
  BASEPLANE_POSTGRES: 'on',
};

/** As SST hands secrets over to a deployment. */
export const SECRETS = { StripeSecretKey: 'sk_live_1', StripeWebhookSecret: 'whsec_1' };

export const scheduleSchema = z.object({
  scheduleExpression: z.string(),
  state: z.string(),
  target: z.object({ input: z.string(), retryPolicy: z.object({ maximumRetryAttempts: z.number() }) }),
});

export const functionSchema = z.object({
  name: z.string(),
  runtime: z.string(),
  architectures: z.array(z.string()),
  environment: z.object({ variables: z.record(z.string(), z.string()) }),
});
const statementSchema = z.object({
  effect: z.string(),
  actions: z.array(z.string()),
  resources: z.array(z.string()),
  conditions: z
    .array(z.object({ test: z.string(), variable: z.string(), values: z.array(z.string()) }))
    .optional(),
});
export const roleSchema = z.object({
  managedPolicyArns: z.array(z.string()).optional(),
  inlinePolicies: z.array(z.object({ policy: z.string() })),
});

/** Of what SST's own providers make, those that upload files. */
export const filesSchema = z.object({ files: z.array(z.object({ key: z.string() })).default([]) });

export const CELLS = ['euc1', 'use1'];
const policySchema = z.object({ name: z.string(), path: z.string(), policy: z.string() });
export const documentSchema = z.object({
  Statement: z.array(
    z.object({
      Effect: z.literal('Allow'),
      Action: z.array(z.string()),
      Resource: z.array(z.string()),
      Condition: z.record(z.string(), z.record(z.string(), z.array(z.string()))).optional(),
    }),
  ),
});

export const componentOf = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}Function`;

/** What a deployment has made, once there is one. */
export function look(deployment: () => Deployment) {
  const made = (type: string) =>
    deployment()
      .made.filter((each) => each.type === type)
      .map(({ inputs }) => inputs);
  const named = (type: string, name: string) =>
    deployment().made.find((each) => each.type === type && each.name === name)?.inputs;

  const roleOf = (name: FunctionName) =>
    roleSchema.parse(named('aws:iam/role:Role', `${componentOf(name)}Role`));
  const inlineOf = (name: FunctionName) =>
    roleOf(name).inlinePolicies.flatMap(({ policy }) => z.array(statementSchema).parse(JSON.parse(policy)));

  /** The policies of a function on cells, by cell. */
  const cellPoliciesOf = (name: FunctionName) =>
    CELLS.flatMap((cell) => {
      const inputs = named('aws:iam/policy:Policy', `${componentOf(name)}On${cell}`);
      return inputs === undefined ? [] : policySchema.parse(inputs);
    });

  return { made, named, roleOf, inlineOf, cellPoliciesOf };
}
