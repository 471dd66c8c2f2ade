import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  constants,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { S_IFDIR, S_IFMT } = constants;

const CHECKOUT = createHash('sha256')
  .update(import.meta.url)
  .digest('hex')
  .slice(0, 12);

/** Where every user can get to, as the services of a project have users of their own. */
const FOLDER = join(tmpdir(), `baseplane-tests-${process.getuid?.() ?? 0}-${CHECKOUT}`);

/**
 * The path of what tests of this checkout need alike and only read. The first to need it makes it, for later runs, too:
 * the name has to tell what it is made of.
 */
export function madeOnce(name: string, make: (path: string) => void): string {
  const path = join(FOLDER, name);
  mkdirSync(FOLDER, { recursive: true, mode: 0o711 });
  refuseStrangers();
  if (existsSync(path)) return path;
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  make(draft);
  try {
    renameSync(draft, path);
  } catch (error) {
    // Another process was faster.
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(path)) throw error;
  }
  return path;
}

/** Programs are run from there: it has to be a folder that nobody else can have put anything into. */
function refuseStrangers(): void {
  const { uid, mode } = lstatSync(FOLDER);
  const own = uid === (process.getuid?.() ?? uid);
  if (!own || (mode & (S_IFMT | 0o022)) !== S_IFDIR)
    throw new Error(`${FOLDER} is not a folder that you alone may write to: delete it.`);
}

/** The key that the template of databases is locked with. */
const masterKey = (): string =>
  madeOnce('master.key', (path) => writeFileSync(path, randomBytes(32), { mode: 0o600 }));

/** For a state directory of this kind: `made.<name>` is what earlier ones have had in `cache`. */
const MADE = 'made.';

/**
 * A new state directory that the users of clusters can get through, so that all there is lies below it. It has what can
 * be made again of those before it, under the names that tell what that is made of: a program knows what is of use.
 */
export function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'baseplane-test-'));
  chmodSync(home, 0o711);
  copyFileSync(masterKey(), join(home, 'master.key'));
  mkdirSync(join(home, 'cache'), { mode: 0o711 });
  for (const name of readdirSync(FOLDER)) {
    const [, made] = new RegExp(`^${MADE}([a-z]+-[0-9a-f]+)$`).exec(name) ?? [];
    if (made !== undefined) symlinkSync(join(FOLDER, name), join(home, 'cache', made));
  }
  return home;
}

/** Has later state directories begin with what this one has made. */
export function keepMade(home: string): void {
  const entries = readdirSync(join(home, 'cache'), { withFileTypes: true });
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    const from = join(home, 'cache', name);
    madeOnce(`${MADE}${name}`, (path) => cpSync(from, path, { recursive: true, verbatimSymlinks: true }));
  }
}
