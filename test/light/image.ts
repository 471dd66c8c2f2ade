import { spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type LightProcess, lightProcess } from './process.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const Manifest = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});

/** How the image runs the data plane, in its working directory. */
interface Image {
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly string[];
}

/** As its Dockerfile says: what the last stage sets is what runs. */
export function readImage(): Image {
  const text = readFileSync(join(ROOT, 'templates/light/Dockerfile'), 'utf8').replaceAll(/\\\n\s*/g, '');
  const [stage = ''] = text.split(/^FROM /m).slice(-1);
  const env = [...stage.matchAll(/^ENV (.*)$/gm)].flatMap(([, pairs = '']) =>
    [...pairs.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)].map(
      ([, name = '', quoted, bare = '']): [string, string] => [name, quoted ?? bare],
    ),
  );
  const [, command = ''] = /^CMD \[(.*)\]$/m.exec(stage) ?? [];
  return {
    env: Object.fromEntries(env),
    command: [...command.matchAll(/"([^"]*)"/g)].map(([, word = '']) => word),
  };
}

/** The folder that the image would hold: the source, what it depends on in production, and nothing else. */
export type ImageFolder = Disposable & {
  /** Runs what the image runs, as somebody without rights where that is possible, with its settings from the environment. */
  run(settings: Readonly<Record<string, string>>): LightProcess;
};

export function makeImageFolder(): ImageFolder {
  const folder = mkdtempSync(join(tmpdir(), 'image-'));
  chmodSync(folder, 0o755);
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  cpSync(join(ROOT, 'templates/light'), join(folder, 'templates/light'), { recursive: true });
  for (const path of packagesOf('templates/light'))
    cpSync(join(ROOT, path), join(folder, path), { recursive: true, dereference: true });
  // Root's own may not be readable for others.
  const node = join(folder, 'node');
  cpSync(process.execPath, node);
  const cache = join(folder, 'cache');
  mkdirSync(cache, { mode: 0o777 });
  chmodSync(cache, 0o777);
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const { env, command } = readImage();
  return {
    run: (settings) =>
      lightProcess(
        spawn(node, command.slice(1), {
          cwd: folder,
          env: { ...env, NODE_COMPILE_CACHE: cache, ...settings },
          stdio: ['pipe', 'pipe', 'pipe'],
          ...nobody,
        }),
      ),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Paths of the packages that npm installs for a workspace without those for development, nor for other machines. */
function packagesOf(workspace: string): Set<string> {
  const found = new Set<string>();
  const add = (path: string, isWorkspace = false) => {
    const { dependencies, optionalDependencies } = Manifest.parse(
      JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8')),
    );
    // Deno is for functions alone, and as large as all others together.
    for (const name of Object.keys(
      isWorkspace ? dependencies : { ...dependencies, ...optionalDependencies },
    )) {
      const at = placeOf(name, path);
      if (at === undefined || found.has(at)) continue;
      found.add(at);
      add(at);
    }
  };
  add(workspace, true);
  return found;
}

/** Where a package finds another: beside its own packages, or above them. */
function placeOf(name: string, from: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const place = join(at, 'node_modules', name);
    if (!at.endsWith('node_modules') && existsSync(join(ROOT, place, 'package.json'))) return place;
    if (at === '') return undefined;
  }
}
