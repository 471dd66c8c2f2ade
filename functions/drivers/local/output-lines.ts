import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';
import type { LogRecord } from './log-file.ts';

/** A process that never ends its line must not fill the supervisor's memory. */
const MAX_LINE = 64 * 1024;

/** What a process prints, line by line; a chunk is read only when the lines before it are dealt with. */
export async function* outputLines(stream: Readable): AsyncGenerator<readonly string[]> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of stream) {
    rest += decoder.write(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE) {
      lines.push(rest);
      rest = '';
    }
    if (lines.length > 0) yield lines;
  }
  if (rest !== '') yield [rest];
}

const POSTGRES =
  /^(DEBUG\d?|INFO|NOTICE|WARNING|ERROR|LOG|FATAL|PANIC|DETAIL|HINT|STATEMENT|CONTEXT|QUERY):\s+(.*)$/;

/** The line of an uncaught exception that names it; Node prints others before and after. */
const EXCEPTION = /^\w*Error(?: \[\w+\])?: /;

/** A process that logs JSON objects keeps their fields; Postgres's own prefix becomes the level. */
export function recordOf(source: string, line: string): LogRecord {
  const [, level, message] = POSTGRES.exec(line) ?? [];
  if (level !== undefined && message !== undefined) return { source, level: level.toLowerCase(), message };
  if (EXCEPTION.test(line)) return { source, level: 'error', message: line };
  return { ...fieldsOf(line), source };
}

function fieldsOf(line: string): { readonly message: string } {
  if (!line.startsWith('{')) return { message: line };
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { message: '', ...value } : { message: line };
  } catch {
    return { message: line };
  }
}
