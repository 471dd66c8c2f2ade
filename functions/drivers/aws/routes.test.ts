import { expect, it } from 'vitest';
import { CELL } from '../../../test/fakes/aws-cell.ts';
import { newStack } from '../../../test/contracts/stack-fixture.ts';
import { type Script, scriptedAws } from '../../../test/fakes/scripted-aws.ts';
import { Route53Routes } from './routes.ts';

const stack = newStack();
const NAME = `${stack.ref}.example.com`;
const target = (DNSName: string) => ({ DNSName, HostedZoneId: 'ZELB', EvaluateTargetHealth: false });
/** As Route 53 gives it back: names end with a dot. */
const record = { Name: `${NAME}.`, Type: 'A', AliasTarget: target('edge.elb.amazonaws.com.') };
const LIST = 'Route53 ListResourceRecordSets';
const CHANGE = 'Route53 ChangeResourceRecordSets';
const GET = 'Route53 GetChange';
const INSYNC = { ChangeInfo: { Id: '/change/1', Status: 'INSYNC' } };
const PENDING = { ChangeInfo: { Id: '/change/1', Status: 'PENDING' } };

function routesWith(script: Script) {
  const aws = scriptedAws({ [CHANGE]: PENDING, [GET]: INSYNC, ...script });
  const waits: number[] = [];
  const sleep = (milliseconds: number) => Promise.resolve(void waits.push(milliseconds));
  return { aws, waits, routes: new Route53Routes({ cell: CELL, route53: aws.clients.route53, sleep }) };
}

const changed = (Action: string, ResourceRecordSet: object) => ({
  HostedZoneId: 'ZONE',
  ChangeBatch: { Changes: [{ Action, ResourceRecordSet }] },
});

it('publishes an alias of the cell’s load balancer and waits until every name server has it', async () => {
  const { aws, waits, routes } = routesWith({ [GET]: [PENDING, PENDING, INSYNC] });
  await routes.publish(stack);
  expect(aws.inputs(CHANGE)).toEqual([
    changed('UPSERT', { Name: NAME, Type: 'A', AliasTarget: target('edge.elb.amazonaws.com') }),
  ]);
  expect(aws.inputs(GET)).toEqual([{ Id: '/change/1' }, { Id: '/change/1' }, { Id: '/change/1' }]);
  expect(waits.length).toBe(2);
});

it('changes nothing where the record is as it should be, and one that leads elsewhere', async () => {
  const same = routesWith({ [LIST]: { ResourceRecordSets: [record] } });
  await same.routes.publish(stack);
  expect(same.aws.inputs(CHANGE)).toEqual([]);
  const elsewhere = { ...record, AliasTarget: target('other.elb.amazonaws.com.') };
  const moved = routesWith({ [LIST]: { ResourceRecordSets: [elsewhere] } });
  await moved.routes.publish(stack);
  expect(moved.aws.inputs(CHANGE).length).toBe(1);
});

it('retracts exactly the record that is there, and none that is another project’s', async () => {
  const there = routesWith({ [LIST]: { ResourceRecordSets: [record] } });
  await there.routes.retract(stack);
  expect(there.aws.inputs(CHANGE)).toEqual([changed('DELETE', record)]);
  const next = { ...record, Name: 'zzzzzzzzzzzzzzzzzzzz.example.com.' };
  const absent = routesWith({ [LIST]: { ResourceRecordSets: [next] } });
  await absent.routes.retract(stack);
  expect(absent.aws.inputs(CHANGE)).toEqual([]);
});

it('gives its place back when the name servers take too long', async () => {
  const { waits, routes } = routesWith({ [GET]: PENDING });
  await expect(routes.publish(stack)).rejects.toMatchObject({ name: 'TransientError' });
  // A step of a workflow has a minute.
  expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThan(45_000);
});
