import type {
  CloudFrontClient,
  CreateDistributionTenantCommandInput,
  DistributionTenant,
} from '@aws-sdk/client-cloudfront';
import { awsError } from '../fakes/scripted-aws.ts';

/** CloudFront's distribution tenants, which moto does not have, kept here as CloudFront would. */
export function keepTenants(cloudFront: CloudFrontClient): ReadonlyMap<string, DistributionTenant> {
  const tenants = new Map<string, DistributionTenant>();
  cloudFront.middlewareStack.add(
    (_, { commandName = '' }) =>
      async ({ input }) => ({
        output: { $metadata: {}, ...answer(commandName, input, tenants) },
        response: {},
      }),
    { step: 'serialize', priority: 'high', name: 'keepTenants' },
  );
  return tenants;
}

function answer(command: string, input: object, tenants: Map<string, DistributionTenant>): object {
  switch (command) {
    case 'CreateDistributionTenantCommand': {
      if (!isCreation(input)) throw awsError('InvalidArgument');
      const { Name, Domains = [] } = input;
      const [hostname = ''] = Domains.map(({ Domain }) => Domain ?? '');
      if (tenants.has(hostname)) throw awsError('CNAMEAlreadyExists');
      const domains = [{ Domain: hostname, Status: 'active' as const }];
      tenants.set(hostname, { Id: `dt_${Name}`, Name, Domains: domains, Enabled: true, Status: 'Deployed' });
      return {};
    }
    case 'GetDistributionTenantByDomainCommand': {
      const tenant = tenants.get('Domain' in input ? String(input.Domain) : '');
      if (tenant === undefined) throw awsError('EntityNotFound');
      return { DistributionTenant: tenant, ETag: `${tenant.Id}-${tenant.Enabled}` };
    }
    case 'ListDistributionTenantsCommand':
      return { DistributionTenantList: [...tenants.values()] };
    case 'UpdateDistributionTenantCommand': {
      const [hostname, tenant] = byId(input, tenants);
      tenants.set(hostname, { ...tenant, Enabled: false });
      return {};
    }
    case 'DeleteDistributionTenantCommand': {
      const [hostname, tenant] = byId(input, tenants);
      if (tenant.Enabled === true) throw awsError('ResourceNotDisabled');
      tenants.delete(hostname);
      return {};
    }
    default:
      throw awsError('InvalidAction', command);
  }
}

const isCreation = (input: object): input is CreateDistributionTenantCommandInput =>
  'Name' in input && 'Domains' in input;

function byId(
  input: object,
  tenants: ReadonlyMap<string, DistributionTenant>,
): readonly [string, DistributionTenant] {
  const id = 'Id' in input ? input.Id : undefined;
  const found = [...tenants].find(([, tenant]) => tenant.Id === id);
  if (found === undefined) throw awsError('EntityNotFound');
  const [, { Id, Enabled }] = found;
  if (!('IfMatch' in input) || input.IfMatch !== `${Id}-${Enabled}`) throw awsError('PreconditionFailed');
  return found;
}
