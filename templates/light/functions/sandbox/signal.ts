import type { Deno as Runtime } from './deno.ts';

declare const Deno: Runtime;

/** Tells the supervisor something, on a line of stdout that begins as no line of text does. */
export function signal(event: 'ready' | 'busy' | 'rested'): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`\u001E${event}\n`));
}
