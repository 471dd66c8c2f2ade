import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import { projectRefSchema } from '../../core/kernel/ids.ts';
import type { HostnameOwner, HostnameState, Hostnames } from '../../core/project/hostnames.port.ts';
import { writeFileAtomic } from './atomic-file.ts';

/**
 * A file per name; the gateway asks the copy in memory. The inventory finds the files by the ref that they begin with,
 * which is why the name itself, in which anything may stand, is inside.
 */
export class LocalHostnames implements Hostnames {
  readonly #folder: string;
  readonly #serving: Map<string, ProjectRef>;

  readonly #urlOf: (ref: ProjectRef) => string;

  constructor(home: string, urlOf: (ref: ProjectRef) => string) {
    this.#folder = join(home, 'hostnames');
    this.#urlOf = urlOf;
    this.#serving = new Map(entriesIn(this.#folder));
  }

  async target({ ref }: HostnameOwner): Promise<string> {
    return new URL(this.#urlOf(ref)).hostname;
  }

  async attach({ ref }: HostnameOwner, hostname: string): Promise<void> {
    if (this.#serving.get(hostname) === ref) return;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeFileAtomic(this.#path(ref, hostname), hostname);
    this.#serving.set(hostname, ref);
  }

  async state({ ref }: HostnameOwner, hostname: string): Promise<HostnameState> {
    return this.#serving.get(hostname) === ref ? 'serving' : 'absent';
  }

  async detach({ ref }: HostnameOwner, hostname: string): Promise<void> {
    if (this.#serving.get(hostname) === ref) this.#serving.delete(hostname);
    await rm(this.#path(ref, hostname), { force: true });
  }

  async detachAll(project: HostnameOwner): Promise<void> {
    for (const [hostname, ref] of this.#serving) {
      if (ref === project.ref) await this.detach(project, hostname);
    }
  }

  /** The project that is served under a name, in lower case. */
  lookup(hostname: string): ProjectRef | undefined {
    return this.#serving.get(hostname);
  }

  #path(ref: ProjectRef, hostname: string): string {
    return join(this.#folder, `${ref}.${createHash('sha256').update(hostname).digest('hex')}`);
  }
}

/** The name and the ref of each file. */
function entriesIn(folder: string): readonly (readonly [string, ProjectRef])[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file) => {
    const ref = projectRefSchema.safeParse(file.split('.')[0]);
    return ref.success ? [[readFileSync(join(folder, file), 'utf8'), ref.data] as const] : [];
  });
}
