import { expect, it } from 'vitest';
import { deployment } from './deployment.ts';

it('a stage other than production is removed whole', async () => {
  const { made, failure } = await deployment('pr-12', {
    BASEPLANE_ROOT_DOMAIN: 'pr-12.example.com',
    BASEPLANE_HOSTED_ZONE_ID: 'Z0123456789ABC',
    BASEPLANE_CELLS: 'pr12:eu-central-1',
    BASEPLANE_DASHBOARD: 'off',
  });
  expect(failure).toBe(undefined);
  const inputsOf = (type: string) => made.filter((each) => each.type === type).map(({ inputs }) => inputs);
  expect(inputsOf('aws:dynamodb/table:Table')).toMatchObject([{ deletionProtectionEnabled: false }]);
  expect(inputsOf('aws:cognito/userPool:UserPool')).toMatchObject([{ deletionProtection: 'INACTIVE' }]);
  expect(inputsOf('aws:cloudformation/stack:Stack')).toHaveLength(1);
  expect(inputsOf('aws:cloudfront/distribution:Distribution')).toEqual([]);
});
