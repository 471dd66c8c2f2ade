import { describe, expect, it } from 'vitest';
import { readLocalConfig } from './config.ts';

const ALL = {
  BASEPLANE_STRIPE_SECRET_KEY: 'sk_test_1',
  BASEPLANE_STRIPE_PRICE_PRO: 'price_pro',
  BASEPLANE_STRIPE_PRICE_USAGE: 'price_usage',
};

const read = (env: Readonly<Record<string, string>>) => readLocalConfig(env, '/work');

describe('the settings of Stripe', () => {
  it('are not there where nobody is billed', () => {
    expect(read({})).toMatchObject({ ok: true, value: { stripe: undefined } });
  });

  it('are a key and two prices; what else there is may be left out', () => {
    expect(read(ALL)).toMatchObject({
      ok: true,
      value: {
        stripe: {
          secretKey: 'sk_test_1',
          webhookSecret: undefined,
          prices: { plans: { pro: 'price_pro' }, usage: 'price_usage' },
          api: new URL('https://api.stripe.com'),
        },
      },
    });
    const team = read({ ...ALL, BASEPLANE_STRIPE_PRICE_TEAM: 'price_team' });
    expect(team).toMatchObject({ value: { stripe: { prices: { plans: { team: 'price_team' } } } } });
  });

  it.each([
    ['a key alone', { BASEPLANE_STRIPE_SECRET_KEY: 'sk_test_1' }, 'BASEPLANE_STRIPE_PRICE_PRO and'],
    ['a secret alone', { BASEPLANE_STRIPE_WEBHOOK_SECRET: 'whsec_1' }, 'BASEPLANE_STRIPE_SECRET_KEY'],
    [
      'a publishable key',
      { ...ALL, BASEPLANE_STRIPE_SECRET_KEY: 'pk_test_1' },
      'BASEPLANE_STRIPE_SECRET_KEY',
    ],
    ['a product in place of a price', { ...ALL, BASEPLANE_STRIPE_PRICE_PRO: 'prod_1' }, 'price_1Abc'],
  ])('say what is wrong with %s, and quote no key', (_, env, said) => {
    const config = read(env);
    const problems = config.ok ? '' : config.error.join('\n');
    expect(problems).toContain(said);
    expect(problems).not.toContain('k_test_1');
  });
});
