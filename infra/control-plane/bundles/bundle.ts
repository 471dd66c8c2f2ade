import { cpSync, globSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Metafile, type Plugin, build } from 'esbuild';
import { z } from 'zod';
import { ENTRIES, type FunctionName } from '../plan/entries.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Files that a module reads from its own folder, and so have to lie beside the bundle that it is in. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  // Its folders are the packs.
  'templates/database/scripts.ts': foldersIn('templates/database'),
  'templates/full/functions.ts': ['functions-main.js'],
};

/** esbuild leaves out what is not used of a namespace only where it is imported as one: 300 KB of zod. */
const zodAsNamespace: Plugin = {
  name: 'zod-as-namespace',
  setup(bundling) {
    bundling.onLoad({ filter: /\/(functions|templates)\/.*\.ts$/ }, ({ path }) => {
      if (path.includes('node_modules')) return undefined;
      const source = readFileSync(path, 'utf8');
      return {
        contents: source.replace("import { z } from 'zod'", "import * as z from 'zod'"),
        loader: 'ts',
      };
    });
  },
};

/** Words of the drivers' sources: among them are the names of all errors that they tell apart. */
const words: ReadonlySet<string> = new Set(
  globSync('functions/drivers/**/*.ts', { cwd: ROOT })
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) => readFileSync(join(ROOT, file), 'utf8').match(/\w+/g) ?? []),
);

/**
 * The SDK declares the shape of every operation as an array with computed keys, which esbuild must take to do
 * something and keeps, and registers a class for each error. No array does anything; and of an error that is not
 * registered the SDK makes its base exception with the name that AWS gave. What no command and no driver refers to can
 * so be left out: a third of the largest bundle.
 */
export const onlyWhatIsUsed: Plugin = {
  name: 'only-what-is-used',
  setup(bundling) {
    bundling.onLoad(
      { filter: /\/@aws-sdk\/client-[\w-]+\/dist-es\/schemas\/schemas_0\.js$/ },
      ({ path }) => ({
        contents: readFileSync(path, 'utf8')
          .replaceAll(
            /^((?:export )?(?:var|const) \w+\$? = )(\[[^]*?\]);$/gm,
            '$1/* @__PURE__ */ (() => $2)();',
          )
          .replaceAll(/^n0_registry\.registerError\(\w+\$, (\w+)\);$/gm, (line, name: string) =>
            words.has(name) ? line : '',
          ),
        loader: 'js',
      }),
    );
  },
};

/** Each client of the SDK takes its own version out of its manifest, and the whole manifest with it. */
const versionAlone: Plugin = {
  name: 'version-alone',
  setup(bundling) {
    bundling.onLoad({ filter: /\/package\.json$/ }, ({ path }) => {
      const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path, 'utf8')));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

export interface Bundle {
  readonly bytes: number;
  /** The files it was made from, with what each comes to in it. */
  readonly inputs: Metafile['outputs'][string]['inputs'];
}

/** Makes the code of a function, as it is deployed, in `folder`: `index.mjs` and the files that it reads. */
export async function bundle(name: FunctionName, folder: string): Promise<Bundle> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [ENTRIES[name].file],
    outfile: join(folder, 'index.mjs'),
    bundle: true,
    minify: true,
    treeShaking: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    metafile: true,
    logLevel: 'warning',
    plugins: [zodAsNamespace, onlyWhatIsUsed, versionAlone],
    alias: {
      '@aws-sdk/credential-provider-node': join(ROOT, 'infra/control-plane/bundles/lambda-credentials.ts'),
    },
    banner: {
      // Packages in CommonJS ask for Node's own modules with it.
      js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
    },
  });
  const [output] = Object.values(metafile.outputs);
  if (output === undefined) throw new Error(`esbuild made nothing of ${name}`);
  for (const [module, names] of Object.entries(BESIDE)) {
    if (!(module in output.inputs)) continue;
    for (const each of names) copy(join(ROOT, dirname(module), each), join(folder, each));
  }
  return { bytes: output.bytes, inputs: output.inputs };
}

function foldersIn(folder: string): readonly string[] {
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? entry.name : []));
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, filter: (file) => !file.endsWith('.test.ts') });
}
