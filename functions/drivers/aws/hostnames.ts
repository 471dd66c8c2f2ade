import {
  type CloudFrontClient,
  CreateDistributionTenantCommand,
  DeleteDistributionTenantCommand,
  type DistributionTenant,
  GetDistributionTenantByDomainCommand,
  UpdateDistributionTenantCommand,
  paginateListDistributionTenants,
} from '@aws-sdk/client-cloudfront';
import {
  ChangeResourceRecordSetsCommand,
  type ResourceRecordSet,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import { PortError, TransientError } from '../../core/kernel/errors.ts';
import type { HostnameOwner, HostnameState, Hostnames } from '../../core/project/hostnames.port.ts';
import type { AwsCell } from './cell.ts';
import { expecting } from './errors.ts';
import { hostnamePrefix, tagsOf, tenantName } from './names.ts';
import { type Sleep, until } from './patience.ts';

const ABSENT = 'EntityNotFound';

export interface HostnamesParts {
  readonly cell: AwsCell;
  readonly cloudFront: CloudFrontClient;
  readonly route53: Route53Client;
  readonly sleep: Sleep;
}

/**
 * A distribution tenant per name: CloudFront has its certificate and takes the requests to the project's own address.
 * A name under the root domain gets its record here; any other one its owner points at the cell's endpoint.
 */
export class CloudFrontHostnames implements Hostnames {
  readonly #parts: HostnamesParts;

  constructor(parts: HostnamesParts) {
    this.#parts = parts;
  }

  async target(): Promise<string> {
    return this.#parts.cell.hostnames.endpoint;
  }

  async attach(project: HostnameOwner, hostname: string): Promise<void> {
    const { cell, cloudFront } = this.#parts;
    if (isUnder(cell.rootDomain, hostname)) await this.#change('UPSERT', hostname);
    const found = await this.#find(hostname);
    if (found !== undefined) {
      if (found.Name === tenantName(project.ref, hostname)) return;
      throw new PortError(`Another installation or distribution serves ${hostname} already.`, {
        suggestion: 'Take the name off it in CloudFront, then try again.',
      });
    }
    await cloudFront.send(
      new CreateDistributionTenantCommand({
        DistributionId: cell.hostnames.distributionId,
        ConnectionGroupId: cell.hostnames.connectionGroupId,
        Name: tenantName(project.ref, hostname),
        Domains: [{ Domain: hostname }],
        Parameters: [{ Name: 'ref', Value: project.ref }],
        // CloudFront proves the name by itself as soon as it is pointed at it.
        ManagedCertificateRequest: { ValidationTokenHost: 'cloudfront', PrimaryDomainName: hostname },
        Enabled: true,
        Tags: { Items: tagsOf(cell, project) },
      }),
    );
  }

  async state({ ref }: HostnameOwner, hostname: string): Promise<HostnameState> {
    const tenant = await this.#find(hostname);
    if (tenant?.Name !== tenantName(ref, hostname)) return 'absent';
    return tenant.Domains?.some(({ Status }) => Status === 'active') === true ? 'serving' : 'pending';
  }

  async detach({ ref }: HostnameOwner, hostname: string): Promise<void> {
    const { cell } = this.#parts;
    if (isUnder(cell.rootDomain, hostname)) {
      await expecting(this.#change('DELETE', hostname), 'InvalidChangeBatch');
    }
    const tenant = await this.#find(hostname);
    if (tenant?.Name === tenantName(ref, hostname)) await this.#remove(tenant);
  }

  async detachAll(project: HostnameOwner): Promise<void> {
    for (const hostname of await this.list(project)) await this.detach(project, hostname);
  }

  /** The names that the project is served under. */
  async list({ ref }: Pick<HostnameOwner, 'ref'>): Promise<readonly string[]> {
    const { cell, cloudFront } = this.#parts;
    const found: string[] = [];
    const of = { AssociationFilter: { DistributionId: cell.hostnames.distributionId } };
    for await (const { DistributionTenantList = [] } of paginateListDistributionTenants(
      { client: cloudFront },
      of,
    )) {
      const own = DistributionTenantList.filter(({ Name }) => Name?.startsWith(hostnamePrefix(ref)) === true);
      found.push(...own.flatMap(({ Domains = [] }) => Domains.flatMap(({ Domain }) => Domain ?? [])));
    }
    return found;
  }

  async #find(hostname: string): Promise<(DistributionTenant & { readonly etag?: string }) | undefined> {
    const command = new GetDistributionTenantByDomainCommand({ Domain: hostname });
    const answer = await expecting(this.#parts.cloudFront.send(command), ABSENT);
    if (answer?.DistributionTenant === undefined) return undefined;
    return { ...answer.DistributionTenant, ...(answer.ETag === undefined ? {} : { etag: answer.ETag }) };
  }

  /** CloudFront deletes only what is disabled, and disabling reaches its last edge after minutes. */
  async #remove({ Id, Enabled, Domains = [] }: DistributionTenant): Promise<void> {
    const { cloudFront, sleep } = this.#parts;
    const hostname = Domains[0]?.Domain ?? '';
    if (Enabled === true) {
      const etag = (await this.#find(hostname))?.etag;
      await cloudFront.send(new UpdateDistributionTenantCommand({ Id, IfMatch: etag, Enabled: false }));
    }
    const deployed = await until(async () => (await this.#find(hostname))?.Status !== 'InProgress', sleep);
    if (!deployed) throw new TransientError(`CloudFront still serves ${hostname}.`);
    const etag = (await this.#find(hostname))?.etag;
    const command = new DeleteDistributionTenantCommand({ Id, IfMatch: etag });
    await expecting(cloudFront.send(command), ABSENT);
  }

  async #change(Action: 'UPSERT' | 'DELETE', hostname: string): Promise<void> {
    const { cell, route53 } = this.#parts;
    const ResourceRecordSet: ResourceRecordSet = {
      Name: hostname,
      Type: 'CNAME',
      TTL: 300,
      ResourceRecords: [{ Value: cell.hostnames.endpoint }],
    };
    await route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: cell.hostedZoneId,
        ChangeBatch: { Changes: [{ Action, ResourceRecordSet }] },
      }),
    );
  }
}

const isUnder = (domain: string, hostname: string) => hostname.endsWith(`.${domain}`);
