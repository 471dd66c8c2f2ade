import {
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandOutput,
  type ResourceRecordSet,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import { type ProjectRef, projectRefSchema } from '../../../core/kernel/ids.ts';
import type { AwsCell } from '../cell.ts';
import { type Route53Routes, hostOf, isAliasTo } from '../routes.ts';
import type { Source } from './source.ts';

/** Records in the zone of all cells; those that lead to this one are its projects'. */
export function ofRoute53(cell: AwsCell, client: Route53Client, routes: Route53Routes): Source {
  return {
    async list(ref) {
      const record = await routes.find(ref);
      return record === undefined ? [] : [{ kind: 'route53:record', name: hostOf(record) }];
    },
    async refs() {
      const found: ProjectRef[] = [];
      let page: Pick<ListResourceRecordSetsCommandOutput, 'NextRecordName' | 'NextRecordType'> | undefined =
        {};
      while (page !== undefined) {
        const { NextRecordName: StartRecordName, NextRecordType: StartRecordType } = page;
        const position = { StartRecordName, StartRecordType };
        const answer: ListResourceRecordSetsCommandOutput = await client.send(
          new ListResourceRecordSetsCommand({ HostedZoneId: cell.hostedZoneId, ...position }),
        );
        found.push(...(answer.ResourceRecordSets ?? []).flatMap((record) => refOfRecord(cell, record) ?? []));
        page = answer.IsTruncated === true ? answer : undefined;
      }
      return found;
    },
  };
}

function refOfRecord(cell: AwsCell, record: ResourceRecordSet): ProjectRef | undefined {
  const [host, domain] = [hostOf(record), `.${cell.rootDomain}`];
  if (!host.endsWith(domain) || !isAliasTo(record, cell.loadBalancer.dnsName)) return undefined;
  return projectRefSchema.safeParse(host.slice(0, -domain.length)).data;
}
