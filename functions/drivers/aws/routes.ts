import {
  type ChangeAction,
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import { TransientError } from '../../core/kernel/errors.ts';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type { Routes } from '../../core/project/routes.port.ts';
import type { Stack } from '../../core/project/stack.ts';
import type { AwsCell } from './cell.ts';
import { recordName } from './names.ts';
import { type Sleep, until } from './patience.ts';

export interface RoutesParts {
  readonly cell: AwsCell;
  readonly route53: Route53Client;
  readonly sleep: Sleep;
}

/** A record of each project's own, an alias of its cell's load balancer. Without one the wildcard answers. */
export class Route53Routes implements Routes {
  readonly #parts: RoutesParts;

  constructor(parts: RoutesParts) {
    this.#parts = parts;
  }

  async publish({ ref }: Stack): Promise<void> {
    const found = await this.find(ref);
    if (found !== undefined && isAliasTo(found, this.#parts.cell.loadBalancer.dnsName)) return;
    await this.#change('UPSERT', this.#alias(ref), ref);
  }

  /** Deletes what is there, whatever it points at: Route 53 wants the record exactly as it is. */
  async retract({ ref }: Stack): Promise<void> {
    const found = await this.find(ref);
    if (found !== undefined) await this.#change('DELETE', found, ref);
  }

  async isPublished({ ref }: Stack): Promise<boolean> {
    const found = await this.find(ref);
    return found !== undefined && isAliasTo(found, this.#parts.cell.loadBalancer.dnsName);
  }

  async find(ref: ProjectRef): Promise<ResourceRecordSet | undefined> {
    const { cell, route53 } = this.#parts;
    const { ResourceRecordSets = [] } = await route53.send(
      new ListResourceRecordSetsCommand({
        HostedZoneId: cell.hostedZoneId,
        StartRecordName: recordName(cell, ref),
        StartRecordType: 'A',
        MaxItems: 1,
      }),
    );
    return ResourceRecordSets.find((each) => each.Type === 'A' && hostOf(each) === recordName(cell, ref));
  }

  async #change(Action: ChangeAction, ResourceRecordSet: ResourceRecordSet, ref: ProjectRef): Promise<void> {
    const { cell, route53, sleep } = this.#parts;
    const { ChangeInfo } = await route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: cell.hostedZoneId,
        ChangeBatch: { Changes: [{ Action, ResourceRecordSet }] },
      }),
    );
    const Id = ChangeInfo?.Id;
    const spread = await until(async () => {
      const change = await route53.send(new GetChangeCommand({ Id }));
      return change.ChangeInfo?.Status === 'INSYNC';
    }, sleep);
    if (!spread) throw new TransientError(`The address of ${ref} is not yet known to all name servers.`);
  }

  #alias(ref: ProjectRef): ResourceRecordSet {
    const { cell } = this.#parts;
    return {
      Name: recordName(cell, ref),
      Type: 'A',
      AliasTarget: {
        DNSName: cell.loadBalancer.dnsName,
        HostedZoneId: cell.loadBalancer.hostedZoneId,
        EvaluateTargetHealth: false,
      },
    };
  }
}

const withoutDot = (name = '') => name.replace(/\.$/, '').toLowerCase();

export const hostOf = (record: ResourceRecordSet) => withoutDot(record.Name);

export function isAliasTo(record: ResourceRecordSet, host: string): boolean {
  return record.AliasTarget !== undefined && withoutDot(record.AliasTarget.DNSName) === withoutDot(host);
}
