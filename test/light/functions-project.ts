import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { sealSecrets } from '../../functions/core/functions/sealed-secrets.ts';
import { projectRefSchema } from '../../functions/core/kernel/ids.ts';
import { callers, masterUser } from '../database/callers.ts';
import { type RunningProject, type Settings, startProject } from './running-project.ts';

interface Deployment {
  /** Files by path; `index.ts` is where it begins. */
  readonly files: Readonly<Record<string, string>>;
  readonly version?: number;
  readonly verify_jwt?: boolean;
  readonly status?: string;
  readonly import_map_path?: string;
  /** Fields of the description to replace. */
  readonly description?: object;
}

/** A project with functions, and a log that can be asked. */
export type FunctionsProject = RunningProject & {
  /** Where functions are deployed to. */
  readonly folder: string;
  /** Puts a version in place as whoever deploys does: the files, then the description in one step. */
  deploy(slug: string, deployment: Deployment | string): Promise<void>;
  remove(slug: string): Promise<void>;
  /** Hands the services the secrets of all functions. */
  setSecrets(secrets: Readonly<Record<string, string>>, password?: string): Promise<void>;
  /** Puts files in place that are not served. */
  place(slug: string, bundle: string, files: Readonly<Record<string, string>>): Promise<void>;
  call(path: string, init?: RequestInit): Promise<Response>;
  /** Lines of the log about a function. */
  logOf(slug: string): LogLine[];
};

const LogLine = z.looseObject({ level: z.string(), message: z.string(), function: z.string().optional() });
type LogLine = z.infer<typeof LogLine>;

export async function startFunctions(
  extra: Settings = {},
  secrets: Readonly<Record<string, string>> = {},
): Promise<FunctionsProject> {
  const folder = await mkdtemp(join(tmpdir(), 'deployed-'));
  const project = await startProject(callers[0] ?? masterUser, {
    SERVICES: 'rest,auth,functions',
    FUNCTIONS_PATH: folder,
    ...extra,
  });
  const setSecrets = async (
    function_secrets: Readonly<Record<string, string>>,
    service_password = project.setting('POSTGRES_PASSWORD'),
  ) => {
    const ref = projectRefSchema.parse(project.setting('PROJECT_REF'));
    const secret = { function_secrets, service_password };
    const draft = join(folder, '.secrets.draft');
    await writeFile(draft, sealSecrets(ref, secret, { bytes: (length) => randomBytes(length) }));
    await rename(draft, join(folder, '.secrets'));
  };
  await setSecrets(secrets);
  const place = async (slug: string, bundle: string, files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      const file = join(folder, slug, bundle, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  };
  return {
    ...project,
    folder,
    setSecrets,
    place,
    async deploy(slug, given) {
      const {
        files,
        version = 1,
        verify_jwt = false,
        status = 'ACTIVE',
        import_map_path,
        description,
      } = typeof given === 'string' ? { files: { 'index.ts': given } } : given;
      await place(slug, 'source', files);
      const whole = {
        slug,
        name: slug,
        version,
        bundle: 'source',
        status,
        verify_jwt,
        entrypoint_path: 'index.ts',
        import_map_path,
        ...description,
      };
      const draft = join(folder, `${slug}.draft`);
      await writeFile(draft, JSON.stringify(whole));
      await rename(draft, join(folder, slug, 'function.json'));
    },
    remove: (slug) => rm(join(folder, slug), { recursive: true }),
    call: (path, init) => fetch(`${project.url}/functions/v1/${path}`, init),
    logOf: (slug) =>
      project.light
        .output()
        .split('\n')
        .filter((line) => line.startsWith('{"time"'))
        .map((line) => LogLine.parse(JSON.parse(line)))
        .filter((line) => line.function === slug),
    async [Symbol.asyncDispose]() {
      await project[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}
