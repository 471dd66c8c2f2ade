import { z } from 'zod';
import { createApp } from '../../functions/api/app.ts';
import type { ApiPorts, BillingPorts } from '../../functions/api/call.ts';
import type { Plan } from '../../functions/contract/plans.ts';
import { type Permission, ROLES, type Role } from '../../functions/contract/permissions.ts';
import {
  type OrganizationSlug,
  newUuid,
  organizationSlugSchema,
  userIdSchema,
} from '../../functions/core/kernel/ids.ts';
import { newToken } from '../../functions/core/organization/issue-token.ts';
import {
  membershipItem,
  organizationItem,
  putNew,
  tokenItem,
  userItem,
} from '../../functions/core/organization/organization-store.ts';
import { claimEmail } from '../../functions/core/organization/user-store.ts';
import { World } from '../faults/world.ts';
import { undeclared } from './declared.ts';
import { ask } from './ask.ts';

export interface Asked {
  readonly body?: unknown;
  /** In place of a body that is JSON. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly ip?: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  readonly text: string;
}

/** Somebody with a personal access token without limits. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly token: string;
}

/** The API over fakes, and people who use it. */
export class People {
  readonly world: World;
  readonly ports: ApiPorts & BillingPorts;
  readonly #app: ReturnType<typeof createApp>;

  constructor(more: Partial<ApiPorts & BillingPorts> = {}, world = new World()) {
    this.world = world;
    this.ports = { ...world.ports, ...more };
    this.#app = createApp(this.ports);
  }

  async call(token: string | undefined, method: string, path: string, asked: Asked = {}): Promise<Answered> {
    const { body, raw, headers = {}, ip = '203.0.113.77' } = asked;
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await ask(
      this.#app,
      path,
      {
        method,
        headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
        ...(sent === undefined ? {} : { body: sent }),
      },
      { ip },
    );
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    const wrong = undeclared(method, path, { status: response.status, text, type });
    if (wrong !== undefined) throw new Error(wrong);
    const json: unknown = type.startsWith('application/json') && text !== '' ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, body: json, text };
  }

  async person(email: string): Promise<Person> {
    const { table, clock } = this.ports;
    const id = userIdSchema.parse(newUuid(this.ports.random));
    const user = { id, email, created_at: clock.now().toISOString() };
    const limits = { organization: null, role: null, scopes: null, expires_at: null };
    const { secret, token } = newToken({ name: 'test', user: id, ...limits }, this.ports);
    await table.write([putNew(userItem(user)), claimEmail(user), putNew(tokenItem(token))]);
    return { id, email, token: secret };
  }

  /** On a plan that counts neither projects nor branches, unless another one is asked for. */
  async organization(owner: Person, name = 'Acme', plan: Plan = 'pro'): Promise<OrganizationSlug> {
    const created = await this.call(owner.token, 'POST', '/v1/organizations', { body: { name } });
    const slug = organizationSlugSchema.parse(z.object({ slug: z.string() }).parse(created.body).slug);
    const made = await this.ports.organizations.organization(slug);
    if (made === undefined) throw new Error('the organization is not there');
    const item = organizationItem({ ...made, plan });
    await this.ports.organizations.write([{ kind: 'put', if: 'any', item }]);
    return slug;
  }

  async member(slug: OrganizationSlug, role: Role): Promise<Person> {
    const person = await this.person(`${role}-${newUuid(this.ports.random)}@example.com`);
    const user = userIdSchema.parse(person.id);
    const member = membershipItem({ organization: slug, user, role });
    await this.ports.organizations.write([putNew(member)]);
    return person;
  }

  /** One member of each role. */
  async staff(slug: OrganizationSlug): Promise<Readonly<Record<Role, Person>>> {
    const [owner, administrator, developer, read_only] = await Promise.all(
      ROLES.map((role) => this.member(slug, role)),
    );
    if (!owner || !administrator || !developer || !read_only) throw new Error('a role is missing');
    return { owner, administrator, developer, read_only };
  }

  async scoped(person: Person, scopes: readonly Permission[]): Promise<string> {
    const minted = await this.call(person.token, 'POST', '/platform/tokens', {
      body: { name: 'scoped', scopes },
    });
    return z.object({ access_token: z.string() }).parse(minted.body).access_token;
  }

  /** The links that were mailed to an address, by their tokens. */
  invitationsTo(email: string): readonly string[] {
    return [...this.world.cloud.mails.values()]
      .filter(({ to }) => to === email)
      .flatMap(({ text }) => /invitations\/([0-9a-f]{64})/.exec(text)?.[1] ?? []);
  }

  async audited(slug: OrganizationSlug): Promise<readonly unknown[]> {
    const { items } = await this.world.table.query({ pk: `ORGANIZATION#${slug}`, prefix: 'AUDIT#' });
    return items.map(({ data }) => data['action']);
  }
}
