import { z } from 'zod';
import { ProjectApi } from './project-api.ts';

const functionAnswer = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  status: z.string(),
  version: z.number(),
  verify_jwt: z.boolean(),
  entrypoint_path: z.string(),
  created_at: z.number(),
  updated_at: z.number(),
  ezbr_sha256: z.string(),
});

export interface Sent {
  readonly files?: Readonly<Record<string, string>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly query?: string;
}

/** What a client sends that deploys sources. */
export function deployment({ files = { 'index.ts': 'serve()' }, metadata = {} }: Sent = {}): FormData {
  const form = new FormData();
  form.append('metadata', JSON.stringify({ entrypoint_path: 'index.ts', ...metadata }));
  for (const [path, text] of Object.entries(files)) form.append('file', new File([text], path));
  return form;
}

/** The part of the API that is about functions, over fakes. */
export class FunctionsApi {
  readonly api: ProjectApi;

  private constructor(api: ProjectApi) {
    this.api = api;
  }

  static async start(): Promise<FunctionsApi> {
    return new FunctionsApi(await ProjectApi.start());
  }

  deploy(slug: string, { query = '', ...sent }: Sent = {}) {
    return this.api.project('POST', `/functions/deploy?slug=${slug}${query}`, deployment(sent));
  }

  /** A deployment that is taken. */
  async deployed(slug: string, sent: Sent = {}) {
    const { status, body } = await this.deploy(slug, sent);
    if (status !== 201) throw new Error(`deploying answered ${status}: ${JSON.stringify(body)}`);
    return functionAnswer.parse(body);
  }

  async list() {
    return z.array(functionAnswer).parse((await this.api.project('GET', '/functions')).body);
  }

  /** What the services of the project are told. */
  get served() {
    const { functions } = this.api.world.cloud.of(this.api.ref);
    return Object.fromEntries(functions.published);
  }

  /** The text of a file of the version that is served. */
  servedFile(slug: string, path = 'index.ts'): string | undefined {
    const { functions } = this.api.world.cloud.of(this.api.ref);
    const bundle = functions.bundles.get(`${slug}/${functions.published.get(slug)?.bundle}`);
    const file = bundle?.find((each) => each.path === path);
    return file && Buffer.from(file.content).toString();
  }

  /** How many bundles are kept. */
  get kept(): number {
    return this.api.world.cloud.of(this.api.ref).functions.bundles.size;
  }
}
