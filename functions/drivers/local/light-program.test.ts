import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeProgram } from './light-program.ts';

let top: string;
let installed: { node: string; main: string };
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'bp-program-'));
  chmodSync(top, 0o755);
  mkdirSync(join(top, 'cache'));
  write('repo/templates/light/package.json', {
    type: 'module',
    dependencies: { one: '*', '@scope/two': '*' },
    optionalDependencies: { absent: '*' },
  });
  write(
    'repo/templates/light/main.ts',
    'import { say } from "./say.ts"; import one from "one"; import "@scope/two"; say(one);',
  );
  write('repo/templates/light/say.ts', 'export const say = (text: string) => console.log(text);');
  write('repo/node_modules/one/package.json', {
    version: '1.0.0',
    dependencies: { inner: '*', '@scope/two': '*' },
  });
  write('repo/node_modules/one/index.js', 'module.exports = require("inner");');
  write('repo/node_modules/one/node_modules/inner/package.json', { version: '3.0.0' });
  write('repo/node_modules/one/node_modules/inner/index.js', 'module.exports = "it runs";');
  write('repo/node_modules/@scope/two/package.json', { version: '2.0.0', dependencies: { one: '*' } });
  write('repo/node_modules/@scope/two/index.js', '');
  write('repo/node_modules/unrelated/package.json', { version: '9.0.0' });
  mkdirSync(join(top, 'repo/bin'));
  symlinkSync(process.execPath, join(top, 'repo/bin/node'));
  installed = { node: process.execPath, main: join(top, 'repo/templates/light/main.ts') };
});
afterEach(() => rmSync(top, { recursive: true }));

function write(path: string, content: string | object): void {
  mkdirSync(dirname(join(top, path)), { recursive: true });
  writeFileSync(join(top, path), typeof content === 'string' ? content : JSON.stringify(content));
}

const place = (separate = true) => placeProgram({ installed, cache: join(top, 'cache'), separate });
const copies = () => readdirSync(join(top, 'cache'));

describe('the light program', () => {
  it('stays where it is when its users can get there', async () => {
    // The node that runs this test may be its owner's alone.
    write('bin/node', '');
    installed = { ...installed, node: join(top, 'bin/node') };
    expect(await place()).toEqual(installed);
    chmodSync(join(top, 'repo'), 0o700);
    expect(await place(false)).toEqual(installed);
    expect(copies()).toEqual([]);
  });

  it.each([
    ['the installation', () => chmodSync(join(top, 'repo'), 0o700)],
    ['a package', () => chmodSync(join(top, 'repo/node_modules/one/node_modules/inner'), 0o700)],
    ['a file', () => chmodSync(installed.main, 0o600)],
  ])('is copied with all it needs when %s is its owner’s alone', async (_what, close) => {
    close();
    const { node, main } = await place();
    const [copy = ''] = copies();
    expect(main).toBe(join(top, 'cache', copy, 'templates/light/main.ts'));
    expect(readdirSync(join(top, 'cache', copy, 'node_modules')).toSorted()).toEqual(['@scope', 'one']);
    rmSync(join(top, 'repo'), { recursive: true });
    const user = process.getuid?.() === 0 ? { uid: 31_000, gid: 31_000 } : {};
    expect(execFileSync(node, [main], { encoding: 'utf8', cwd: '/', env: {}, ...user })).toBe('it runs\n');
  });

  it('is copied once, and anew when it has changed', async () => {
    chmodSync(join(top, 'repo'), 0o700);
    const first = await place();
    expect(await place()).toEqual(first);
    const [copy] = copies();
    write(
      'repo/templates/light/say.ts',
      'export const say = (text: string) => console.log(text, "changed");',
    );
    expect(await place()).not.toEqual(first);
    expect(copies()).toHaveLength(1);
    expect(copies()).not.toContain(copy);
  });
});
