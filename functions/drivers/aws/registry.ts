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
import { type Owner, tagsOf } from './names.ts';

export interface Registered {
  readonly id: string;
  readonly arn: string;
}

/** How long the edge may hold on to the address of a task that has ended. */
const TTL_SECONDS = 5;

/** Where ECS notes the addresses of a project's tasks, so that `<ref>.<cell>.internal` leads to them. */
export class Registry {
  readonly #cell: AwsCell;
  readonly #client: ServiceDiscoveryClient;

  constructor(cell: AwsCell, client: ServiceDiscoveryClient) {
    this.#cell = cell;
    this.#client = client;
  }

  /** The project's entry, made if it is not there; its ARN. */
  async ensure(owner: Owner): Promise<string> {
    const [found] = await this.find(owner.ref);
    return found?.arn ?? this.#create(owner);
  }

  /** Cloud Map finds no service by its name: it takes the list, 100 to a page. */
  async find(ref: ProjectRef): Promise<readonly Registered[]> {
    const found = (await this.#list()).filter(({ name }) => name === ref);
    return found.map(({ id, arn }) => ({ id, arn }));
  }

  async names(): Promise<readonly string[]> {
    return (await this.#list()).map(({ name }) => name);
  }

  async delete(ref: ProjectRef): Promise<void> {
    for (const { id } of await this.find(ref)) {
      try {
        await expecting(this.#client.send(new DeleteServiceCommand({ Id: id })), 'ServiceNotFound');
      } catch (error) {
        if (!isAws(error, 'ResourceInUse')) throw error;
        throw new TransientError(`Tasks of ${ref} are still registered.`, { cause: error });
      }
    }
  }

  async #create(owner: Owner): Promise<string> {
    try {
      const { Service } = await this.#client.send(
        new CreateServiceCommand({
          Name: owner.ref,
          NamespaceId: this.#cell.namespaceId,
          CreatorRequestId: owner.ref,
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
