import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogFile, logLines } from './log-file.ts';

let folder: string;
let lost: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bp-log-'));
  lost = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (path: string) => new LogFile(path, (error) => lost.push(String(error)));
const lineOf = (message: string) => logLines([{ source: 'test', message }], new Date(0));

describe('a log file', () => {
  it('goes on where an earlier one of the same name ended, for its owner alone', async () => {
    const path = join(folder, 'x.jsonl');
    for (const message of ['one', 'two']) {
      const file = open(path);
      await file.write(lineOf(message));
      await file.close();
    }
    expect(readFileSync(path, 'utf8')).toBe(
      '{"time":"1970-01-01T00:00:00.000Z","source":"test","message":"one"}\n' +
        '{"time":"1970-01-01T00:00:00.000Z","source":"test","message":"two"}\n',
    );
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is turned over by size, and the oldest part goes', async () => {
    const path = join(folder, 'x.jsonl');
    const file = open(path);
    const megabyte = 'x'.repeat(1024 * 1024);
    for (let part = 0; part < 22; part += 1) await file.write(lineOf(`${part} ${megabyte}`));
    await file.close();
    const firstOf = (name: string) => /"message":"(\d+)/.exec(readFileSync(name, 'utf8'))?.[1];
    expect([`${path}.2`, `${path}.1`, path].map(firstOf)).toEqual(['10', '15', '20']);
    expect(existsSync(`${path}.3`)).toBe(false);
  });

  it('that cannot be written costs its lines and nothing else', async () => {
    const file = open(join(folder, 'absent', 'x.jsonl'));
    await file.write(lineOf('lost'));
    await file.close();
    expect(lost).toEqual([expect.stringContaining('ENOENT')]);
  });
});
