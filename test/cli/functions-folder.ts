import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder as `supabase init` leaves it, with files of functions in it. */
export class FunctionsFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'supabase-project-'));

  constructor(config = '') {
    this.write('supabase/config.toml', `project_id = "test"\n${config}`);
  }

  write(path: string, text: string): void {
    const file = join(this.path, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** A function of one file. */
  fn(slug: string, text: string): void {
    this.write(`supabase/functions/${slug}/index.ts`, text);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
