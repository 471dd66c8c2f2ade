import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';

/** Supabase's limits: characters of one message, and messages in a time. */
const MAX_LINE = 10_000;
const MAX_LINES = 100;
const WINDOW_MS = 10_000;

/** Begins what the sandbox tells on the function's stdout. */
const SIGNAL = '\u001E';

export interface OutputReader {
  line(text: string): void;
  /** Lines of the last ten seconds that were more than a log takes. */
  dropped(lines: number): void;
  signal(event: string): void;
}

/** Reads what a function prints, line by line, and takes the sandbox's signals out of it. */
export function readOutput(stream: Readable, reader: OutputReader): void {
  const limit = createLimit(reader);
  const decoder = new StringDecoder('utf8');
  let rest = '';

  function take(line: string): void {
    const at = line.indexOf(SIGNAL);
    const text = at === -1 ? line : line.slice(0, at);
    if (text !== '') limit.take(text.slice(0, MAX_LINE));
    if (at !== -1) reader.signal(line.slice(at + SIGNAL.length));
  }

  stream.on('data', (chunk: Buffer) => {
    rest += decoder.write(chunk);
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE) {
      lines.push(rest);
      rest = '';
    }
    for (const line of lines) take(line);
  });
  stream.on('close', () => {
    take(rest);
    limit.end();
  });
}

function createLimit(reader: OutputReader): { take(text: string): void; end(): void } {
  let since = -Infinity;
  let taken = 0;

  function end(): void {
    if (taken > MAX_LINES) reader.dropped(taken - MAX_LINES);
    taken = 0;
  }

  return {
    take(text) {
      const now = performance.now();
      if (now - since > WINDOW_MS) {
        end();
        since = now;
      }
      taken += 1;
      if (taken <= MAX_LINES) reader.line(text);
    },
    end,
  };
}
