import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { exampleProject } from './example-project.ts';

const EXAMPLES = ['chat', 'auction'];

const [name = ''] = process.argv.slice(2);
if (!EXAMPLES.includes(name)) end(`Which example? One of: ${EXAMPLES.join(', ')}`);

const home = process.env['BASEPLANE_HOME'] ?? '.baseplane';
const project = await exampleProject(`example-${name}`, home).catch((error: unknown) =>
  end(error instanceof Error ? error.message : String(error)),
);

const server = await createServer({
  root: fileURLToPath(new URL(name, import.meta.url)),
  define: {
    'import.meta.env.VITE_SUPABASE_URL': JSON.stringify(project.url),
    'import.meta.env.VITE_SUPABASE_ANON_KEY': JSON.stringify(project.anonKey),
  },
});
await server.listen();
console.log(`The example runs at ${server.resolvedUrls?.local[0] ?? 'an unknown address'}`);

function end(reason: string): never {
  console.error(reason);
  process.exit(1);
}
