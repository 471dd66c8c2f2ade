import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const localSchema = z.object({ api_url: z.url(), access_token: z.string() });
const projectSchema = z.object({
  ref: z.string(),
  name: z.string(),
  status: z.string(),
  template: z.string(),
  failure: z.string().nullable(),
});
const keysSchema = z.array(z.object({ name: z.string(), api_key: z.string() }));

/** What a page needs to speak to its project. */
export interface ExampleProject {
  readonly url: string;
  readonly anonKey: string;
}

const TEMPLATE = 'with-messaging';
const POLL_MS = 250;

/** The project of an example in the cloud that runs here; made if there is none. Throws an Error that says what to do. */
export async function exampleProject(name: string, home: string): Promise<ExampleProject> {
  const { api_url: api, access_token: token } = readLocal(home);
  const ask = async <Answer>(schema: z.ZodType<Answer>, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`${api}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return schema.parse(await response.json());
  };
  const projects = await ask(z.array(projectSchema), '/v1/projects');
  const known = projects.find((project) => project.name === name && project.template === TEMPLATE);
  let project = known ?? (await ask(projectSchema, '/v1/projects', { name, template: TEMPLATE }));
  const at = `/v1/projects/${project.ref}`;
  if (project.status === 'INACTIVE') await ask(z.unknown(), `${at}/restore`, {});
  while (project.status !== 'ACTIVE_HEALTHY') {
    if (project.failure !== null) throw new Error(`The project ${name} did not come up: ${project.failure}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    project = await ask(projectSchema, at);
  }
  const keys = await ask(keysSchema, `${at}/api-keys?reveal=true`);
  const anonKey = keys.find((key) => key.name === 'anon')?.api_key;
  if (anonKey === undefined) throw new Error(`The project ${name} has no anon key.`);
  return { url: `${api}/p/${project.ref}`, anonKey };
}

function readLocal(home: string): z.infer<typeof localSchema> {
  try {
    return localSchema.parse(JSON.parse(readFileSync(join(home, 'local.json'), 'utf8')));
  } catch (cause) {
    throw new Error(`No cloud runs in ${home}. Start one with: npm start`, { cause });
  }
}
