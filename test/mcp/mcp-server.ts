import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** Beside the library that its package names is the program. */
const PROGRAM = fileURLToPath(new URL('cli.js', import.meta.resolve('@supabase/mcp-server-supabase')));
/** No tool that the tests call takes as long. */
const PATIENCE_MS = 60_000;

const replySchema = z.object({
  id: z.number(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});
const toolsSchema = z.object({ tools: z.array(z.object({ name: z.string() })) });
const resultSchema = z.object({
  isError: z.boolean().optional(),
  content: z.array(z.object({ type: z.literal('text'), text: z.string() })),
});

/** The official MCP server as an editor starts it: a process that speaks JSON-RPC, a message a line. */
export class McpServer implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, (reply: z.infer<typeof replySchema>) => void>();
  #lastId = 0;
  #errors = '';

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    child.stderr.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const reply = replySchema.safeParse(JSON.parse(line));
      if (reply.success) this.#waiting.get(reply.data.id)?.(reply.data);
    });
  }

  static async start(
    options: { readonly apiUrl: string; readonly token: string },
    ...flags: readonly string[]
  ): Promise<McpServer> {
    const child = spawn(process.execPath, [PROGRAM, `--api-url=${options.apiUrl}`, ...flags], {
      env: { PATH: process.env['PATH'], SUPABASE_ACCESS_TOKEN: options.token },
    });
    const server = new McpServer(child);
    const clientInfo = { name: 'test', version: '1' };
    await server.#ask('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
    server.#send({ method: 'notifications/initialized' });
    return server;
  }

  async tools(): Promise<readonly string[]> {
    return toolsSchema.parse(await this.#ask('tools/list', {})).tools.map(({ name }) => name);
  }

  /** What the tool told the model; what went wrong is thrown. */
  async tool(name: string, args: object = {}): Promise<string> {
    const result = resultSchema.parse(await this.#ask('tools/call', { name, arguments: args }));
    const text = result.content.map((part) => part.text).join('\n');
    if (result.isError === true) throw new Error(text);
    return text;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill();
    await ended;
  }

  async #ask(method: string, params: object): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<z.infer<typeof replySchema>>();
    const gaveUp = setTimeout(() => reject(new Error(`${method}: no reply\n${this.#errors}`)), PATIENCE_MS);
    this.#waiting.set(id, resolve);
    this.#send({ id, method, params });
    const { result, error } = await promise.finally(() => clearTimeout(gaveUp));
    if (error !== undefined) throw new Error(error.message);
    return result;
  }

  #send(message: object): void {
    this.#child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }
}
