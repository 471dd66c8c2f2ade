import {
  CreateServiceCommand,
  DeleteServiceCommand,
  paginateListServices,
  ServiceAlreadyExists,
  type ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import { TransientError } from '../../core/kernel/errors.ts';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type { AwsCell } from './cell.ts';
import { expecting, isAws } from './errors.ts';
import { type Owner, type Part, entryName, refOfEntry, tagsOf } from './names.ts';

export interface Registered {
  readonly id: string;
  readonly arn: string;
}

const ALL: readonly Part[] = ['project', 'tools'];

/** How long the edge may hold on to the address of a task that has ended. */
const TTL_SECONDS = 5;

/**
 * Where ECS notes the addresses of a project's tasks, so that `<ref>.<cell>.internal` leads to them, and
 * `<ref>-tools.<cell>.internal` to those of its tools.
 */
export class Registry {
  readonly #cell: AwsCell;
  readonly #client: ServiceDiscoveryClient;

  constructor(cell: AwsCell, client: ServiceDiscoveryClient) {
    this.#cell = cell;
    this.#client = client;
  }

  /** The part's entry, made if it is not there; its ARN. */
  async ensure(owner: Owner, part: Part): Promise<string> {
    const [found] = await this.find(owner.ref, [part]);
    return found?.arn ?? this.#create(owner, entryName(owner.ref, part));
  }

  /** Cloud Map finds no service by its name: it takes the list, 100 to a page. */
  async find(ref: ProjectRef, parts: readonly Part[] = ALL): Promise<readonly Registered[]> {
    const wanted = parts.map((part) => entryName(ref, part));
    const found = (await this.#list()).filter(({ name }) => wanted.includes(name));
    return found.map(({ id, arn }) => ({ id, arn }));
  }

  async refs(): Promise<readonly ProjectRef[]> {
    return (await this.#list()).flatMap(({ name }) => refOfEntry(name) ?? []);
  }

  async delete(ref: ProjectRef, parts: readonly Part[] = ALL): Promise<void> {
    for (const { id } of await this.find(ref, parts)) {
      try {
        await expecting(this.#client.send(new DeleteServiceCommand({ Id: id })), 'ServiceNotFound');
      } catch (error) {
        if (!isAws(error, 'ResourceInUse')) throw error;
        throw new TransientError(`Tasks of ${ref} are still registered.`, { cause: error });
      }
    }
  }

  async #create(owner: Owner, name: string): Promise<string> {
    try {
      const { Service } = await this.#client.send(
        new CreateServiceCommand({
          Name: name,
          NamespaceId: this.#cell.namespaceId,
          CreatorRequestId: name,
          DnsConfig: { RoutingPolicy: 'MULTIVALUE', DnsRecords: [{ Type: 'A', TTL: TTL_SECONDS }] },
          // ECS reports the health; Route 53 has no way to a private address.
          HealthCheckCustomConfig: {},
          Tags: tagsOf(this.#cell, owner),
        }),
      );
      return Service?.Arn ?? '';
    } catch (error) {
      if (!(error instanceof ServiceAlreadyExists)) throw error;
      return error.ServiceArn ?? '';
    }
  }

  async #list(): Promise<readonly (Registered & { readonly name: string })[]> {
    const found: (Registered & { readonly name: string })[] = [];
    const inNamespace = { Filters: [{ Name: 'NAMESPACE_ID' as const, Values: [this.#cell.namespaceId] }] };
    for await (const { Services = [] } of paginateListServices({ client: this.#client }, inNamespace)) {
      found.push(...Services.map(({ Id: id = '', Arn: arn = '', Name: name = '' }) => ({ id, arn, name })));
    }
    return found;
  }
}
