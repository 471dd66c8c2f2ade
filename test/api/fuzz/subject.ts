import { z } from 'zod';
import type { Json } from '../../../functions/core/kernel/json.ts';
import { projectRefSchema } from '../../../functions/core/kernel/ids.ts';
import type { ServiceAnswer } from '../../../functions/core/project/services.port.ts';
import { createApp } from '../../../functions/api/app.ts';
import { trialAnswer } from '../../fakes/fake-function-files.ts';
import { FakeServices } from '../../fakes/fake-services.ts';
import { World } from '../../faults/world.ts';
import { undeclared } from '../declared.ts';
import { EXAMPLES, type Place } from '../examples.ts';
import { People } from '../people.ts';
import type { FuzzedRequest, Sent } from './requests.ts';
import { jsonText } from './spoiled.ts';
import { ask } from '../ask.ts';

export type State = 'ACTIVE_HEALTHY' | 'INACTIVE';

interface Asked extends FuzzedRequest {
  readonly method: string;
  readonly template: string;
}

const FORM_FILES = 'file';

/** A project with something of everything, and its owner. */
export class Subject {
  readonly #place: Place;
  readonly #token: string;
  readonly #names: Readonly<Record<string, string>>;

  private constructor(place: Place, token: string, names: Readonly<Record<string, string>>) {
    this.#place = place;
    this.#token = token;
    this.#names = names;
  }

  /** `operation` is the one that is going to be called; what it needs is there. */
  static async make(operation: string, state: State, query: World['cloud']['answer']): Promise<Subject> {
    const world = new World();
    world.cloud.answer = query;
    const services = new FakeServices((ref, path) => trialAnswer(world.cloud, ref, path) ?? answerOf(path));
    const people = new People({ services }, world);
    const owner = await people.person('owner@example.com');
    const slug = await people.organization(owner);
    const post = (path: string, body: unknown) => people.call(owner.token, 'POST', path, { body });
    await post('/v1/projects', { name: 'app', organization_slug: slug });
    await world.quiet();
    const ref = (await people.ports.projects.ofOrganization(slug))[0]?.ref ?? '';
    const place = { people, owner, slug, ref };
    const subject = new Subject(place, owner.token, {});
    await subject.ask({
      method: 'POST',
      template: `/v1/projects/${ref}/functions/deploy`,
      path: {},
      query: '?slug=hello',
      headers: {},
      body: { form: { metadata: { entrypoint_path: 'index.ts' }, file: ['serve()'] } },
    });
    const { body } = await post(`/v1/projects/${ref}/config/auth/signing-keys`, { algorithm: 'ES256' });
    const { id } = z.object({ id: z.string() }).parse(body);
    const names = {
      slug,
      ref,
      id,
      function_slug: 'hello',
      version: '20260101000000',
      ...(await EXAMPLES[operation]?.parameters?.(place)),
    };
    if (state === 'INACTIVE') await post(`/v1/projects/${ref}/pause`, undefined);
    await world.quiet();
    const caller = await EXAMPLES[operation]?.caller?.(place);
    return new Subject(place, (caller ?? owner).token, names);
  }

  /** Once nothing is under way any more. */
  async is(state: State): Promise<boolean> {
    const { people, ref } = this.#place;
    await people.world.quiet();
    const project = await people.ports.projects.find(projectRefSchema.parse(ref));
    return project?.value.status === state;
  }

  /** The status of the answer, and what is wrong with it. */
  async ask({ method, template, path, query, headers, body }: Asked) {
    const { people } = this.#place;
    const named = template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent((path[name] ?? this.#names[name] ?? 'nothing').toWellFormed()),
    );
    const response = await ask(
      createApp(people.ports),
      `${named}${query}`,
      {
        method,
        headers: { authorization: `Bearer ${this.#token}`, ...headers },
        ...(body === undefined ? {} : { body: bytesOf(body) }),
      },
      { ip: '203.0.113.77' },
    );
    const { status } = response;
    const text = await response.text();
    const logged = people.world.logged.splice(0).join('\n');
    const { pathname } = new URL(named, 'http://api.test');
    const fault = status >= 500 && status !== 501 ? `${status}: ${text} ${logged}` : undefined;
    const type = response.headers.get('content-type') ?? 'application/json';
    return { status, text, fault: fault ?? undeclared(method, pathname, { status, text, type }) };
  }
}

/** What the services say that answer the API's own questions. */
function answerOf(path: string): ServiceAnswer | undefined {
  if (path === 'POST /realtime/v1/api/shutdown') return { status: 204, body: '' };
  if (path.startsWith('/pg/generators/')) return { status: 200, body: 'export type Database = {}' };
  if (path === '/rest/v1/') return { status: 200, body: '{"swagger":"2.0","paths":{}}' };
  return undefined;
}

function bytesOf(body: Sent): string | Uint8Array<ArrayBuffer> | FormData {
  if ('text' in body) return body.text;
  if ('bytes' in body) return body.bytes;
  if ('json' in body) return jsonText(body.json);
  return formOf(body.form);
}

function formOf(fields: Json): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields ?? {})) {
    if (name !== FORM_FILES || !Array.isArray(value)) {
      form.append(name, typeof value === 'string' ? value : JSON.stringify(value));
      continue;
    }
    for (const content of value) form.append(name, new File([String(content)], 'index.ts'));
  }
  return form;
}
