import { describe, expect, it } from 'vitest';
import { newStack } from '../../../test/contracts/stack-fixture.ts';
import { CELL } from '../../../test/fakes/aws-cell.ts';
import { type Script, awsError, scriptedAws } from '../../../test/fakes/scripted-aws.ts';
import { CloudFrontHostnames } from './hostnames.ts';
import { tenantName } from './names.ts';

const stack = newStack();
const NAME = 'api.example.org';

function on(script: Script) {
  const aws = scriptedAws(script);
  const { cloudFront, route53 } = aws.clients;
  const hostnames = new CloudFrontHostnames({ cell: CELL, cloudFront, route53, sleep: async () => {} });
  return {
    hostnames,
    calls: () => aws.calls.map(({ name }) => name),
    inputs: (name: string) => aws.inputs(name),
  };
}

const tenant = (more: object) => ({
  DistributionTenant: {
    Id: 'dt_1',
    Name: tenantName(stack.ref, NAME),
    Domains: [{ Domain: NAME, Status: 'active' }],
    Enabled: true,
    Status: 'Deployed',
    ...more,
  },
  ETag: 'etag',
});

describe('custom hostnames on CloudFront', () => {
  it('makes a tenant that leads to the project, with a certificate and the tags', async () => {
    const { hostnames, inputs } = on({
      'CloudFront GetDistributionTenantByDomain': awsError('EntityNotFound'),
    });
    await hostnames.attach(stack, NAME);
    expect(inputs('CloudFront CreateDistributionTenant')).toEqual([
      {
        DistributionId: 'E1',
        ConnectionGroupId: 'cg_1',
        Name: tenantName(stack.ref, NAME),
        Domains: [{ Domain: NAME }],
        Parameters: [{ Name: 'ref', Value: stack.ref }],
        ManagedCertificateRequest: { ValidationTokenHost: 'cloudfront', PrimaryDomainName: NAME },
        Enabled: true,
        Tags: { Items: expect.arrayContaining([{ Key: 'baseplane:project', Value: stack.ref }]) },
      },
    ]);
    expect(inputs('Route53 ChangeResourceRecordSets')).toEqual([]);
  });

  it('gives a name under the root domain its record, and takes it away again', async () => {
    const { hostnames, inputs } = on({
      'CloudFront GetDistributionTenantByDomain': awsError('EntityNotFound'),
    });
    await hostnames.attach(stack, 'shop.example.com');
    await hostnames.detach(stack, 'shop.example.com');
    const record = {
      Name: 'shop.example.com',
      Type: 'CNAME',
      TTL: 300,
      ResourceRecords: [{ Value: 'd1.cloudfront.net' }],
    };
    expect(inputs('Route53 ChangeResourceRecordSets')).toEqual(
      ['UPSERT', 'DELETE'].map((Action) => ({
        HostedZoneId: 'ZONE',
        ChangeBatch: { Changes: [{ Action, ResourceRecordSet: record }] },
      })),
    );
  });

  it('does not make twice what is there, nor take what is of others', async () => {
    const own = on({ 'CloudFront GetDistributionTenantByDomain': tenant({}) });
    await own.hostnames.attach(stack, NAME);
    expect(own.calls()).toEqual(['CloudFront GetDistributionTenantByDomain']);
    const foreign = on({ 'CloudFront GetDistributionTenantByDomain': tenant({ Name: 'somebody-else' }) });
    await expect(foreign.hostnames.attach(stack, NAME)).rejects.toThrow(`serves ${NAME} already`);
    await foreign.hostnames.detach(stack, NAME);
    expect(foreign.inputs('CloudFront DeleteDistributionTenant')).toEqual([]);
  });

  it('serves once CloudFront has proven the name', async () => {
    const state = (more: object) =>
      on({ 'CloudFront GetDistributionTenantByDomain': tenant(more) }).hostnames.state(stack, NAME);
    expect(await state({})).toBe('serving');
    expect(await state({ Domains: [{ Domain: NAME, Status: 'inactive' }] })).toBe('pending');
    expect(await state({ Name: 'somebody-else' })).toBe('absent');
  });

  it('disables a tenant, waits until that has reached every edge, and deletes it', async () => {
    const { hostnames, calls, inputs } = on({
      'CloudFront GetDistributionTenantByDomain': [
        tenant({}),
        tenant({}),
        tenant({ Enabled: false, Status: 'InProgress' }),
        tenant({ Enabled: false }),
      ],
    });
    await hostnames.detach(stack, NAME);
    expect(inputs('CloudFront UpdateDistributionTenant')).toEqual([
      { Id: 'dt_1', IfMatch: 'etag', Enabled: false },
    ]);
    expect(calls().at(-1)).toBe('CloudFront DeleteDistributionTenant');
  });

  it('asks to be called again while CloudFront takes its time', async () => {
    const { hostnames, inputs } = on({
      'CloudFront GetDistributionTenantByDomain': tenant({ Enabled: false, Status: 'InProgress' }),
    });
    await expect(hostnames.detach(stack, NAME)).rejects.toMatchObject({ name: 'TransientError' });
    expect(inputs('CloudFront DeleteDistributionTenant')).toEqual([]);
  });

  it('finds all names of one project among those of all', async () => {
    const { hostnames } = on({
      'CloudFront ListDistributionTenants': {
        DistributionTenantList: [
          { Name: tenantName(stack.ref, NAME), Domains: [{ Domain: NAME }] },
          { Name: tenantName(newStack().ref, 'b.example.org'), Domains: [{ Domain: 'b.example.org' }] },
        ],
      },
    });
    expect(await hostnames.list(stack)).toEqual([NAME]);
  });
});
