import { expect, it } from 'vitest';
import { CELL } from '../../../test/fakes/aws-cell.ts';
import { projectRefSchema } from '../../core/kernel/ids.ts';
import { projectRoles } from '../../../templates/database/scripts.ts';
import * as names from './names.ts';

const REF = projectRefSchema.parse('abcdefghijklmnopqrst');

it('finds the project that a resource is named after', () => {
  expect(names.refOf(names.resourceName(REF))).toBe(REF);
  for (const other of ['baseplane-euc1', 'baseplane-', REF, `x-${REF}`, undefined]) {
    expect(names.refOf(other)).toBeUndefined();
  }
});

it('calls a database what does not tell the project, and every role what Postgres takes', () => {
  const other = projectRefSchema.parse('abcdefghijklmnopqrsu');
  expect(names.databaseName(REF)).toMatch(/^p[0-9a-f]{20}$/);
  expect(names.databaseName(REF)).not.toBe(names.databaseName(other));
  for (const role of projectRoles) {
    expect(`${role}${names.roleSuffix(REF)}`).toMatch(/^[a-z_][a-z0-9_]{0,62}$/);
  }
});

it('writes ARNs as AWS does', () => {
  expect(names.roleArn(CELL, REF)).toBe(`arn:aws:iam::123456789012:role/baseplane/euc1/baseplane-${REF}`);
  expect(names.clusterArn(CELL, REF)).toBe(`arn:aws:rds:eu-central-1:123456789012:cluster:baseplane-${REF}`);
});

it('says of each resource whose it is, in which organization and cell', () => {
  expect(names.tagsOf(CELL, { ref: REF, organization: 'acme' })).toEqual([
    { Key: 'baseplane:project', Value: REF },
    { Key: 'baseplane:org', Value: 'acme' },
    { Key: 'baseplane:cell', Value: 'euc1' },
  ]);
});
