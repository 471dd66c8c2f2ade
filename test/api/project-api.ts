import { createApp } from '../../functions/api/app.ts';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import { issueToken } from '../../functions/core/organization/issue-token.ts';
import { World } from '../faults/world.ts';
import { ask } from './ask.ts';

/** The API over fakes, with one project that is up and its owner as the caller. */
export class ProjectApi {
  readonly world: World;
  readonly ref: ProjectRef;
  readonly #token: string;

  private constructor(world: World, ref: ProjectRef, token: string) {
    this.world = world;
    this.ref = ref;
    this.#token = token;
  }

  static async start(): Promise<ProjectApi> {
    const world = new World();
    const { project, owner } = await world.create();
    await world.quiet();
    return new ProjectApi(world, project.ref, await issueToken(owner.user, 'test', world.ports));
  }

  /** `path` begins with a slash; what comes before it is the project's. */
  project(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
    return this.call(method, `/v1/projects/${this.ref}${path}`, body, headers);
  }

  async call(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
    const response = await ask(
      createApp(this.world.ports),
      path,
      {
        method,
        headers: { authorization: `Bearer ${this.#token}`, ...headers },
        ...(body === undefined ? {} : { body: asSent(body) }),
      },
      { ip: '203.0.113.77' },
    );
    const type = response.headers.get('content-type') ?? '';
    if (type.startsWith('multipart/')) return { status: response.status, body: await response.formData() };
    const text = await response.text();
    const json: unknown = text === '' ? undefined : JSON.parse(text);
    return { status: response.status, body: json };
  }

  /** The actions of the organization's audit events, oldest first. */
  async audited(): Promise<readonly unknown[]> {
    const organization = (await this.world.ports.projects.find(this.ref))?.value.organization ?? '';
    const { items } = await this.world.table.query({ pk: `ORGANIZATION#${organization}`, prefix: 'AUDIT#' });
    return items.map(({ data }) => data['action']);
  }
}

function asSent(body: unknown): FormData | string {
  return body instanceof FormData ? body : JSON.stringify(body);
}
