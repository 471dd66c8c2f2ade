import { POSTGRES_SETTINGS, isPostgresSetting } from '../../../contract/settings/postgres.ts';
import type { SectionName } from '../../../contract/settings/sections.ts';
import { type DomainError, fail } from '../../kernel/errors.ts';
import type { ProjectRef } from '../../kernel/ids.ts';
import { type Result, ok } from '../../kernel/result.ts';
import { auditWrite } from '../../organization/audit.ts';
import type { Actor } from '../../organization/principal.ts';
import { NO_SUCH_PROJECT } from '../access.ts';
import type { TransitionPorts } from '../begin-transition.ts';
import { catchUp } from '../catch-up.ts';
import type { ProjectPorts } from '../ports.ts';
import type { Project } from '../project.ts';
import { isBehind, wantedRevision } from '../stack-number.ts';
import { stackOf } from '../stack.ts';
import { DATABASE_ANSWERS } from '../database-answers.ts';
import { judgeSection } from './honoured.ts';
import { type Change, differing, mergeChange } from './merge-change.ts';
import { placeOf } from './place.ts';
import { type Settings, UNCHANGED, type Values } from './settings.ts';

export interface SettingsChange {
  readonly section: SectionName;
  /** Or what it is, by the values that were set before; it may be asked more than once. */
  readonly change: Change | ((before: Values) => Result<Change, DomainError>);
  /** Everything of the section that the change does not name is taken back. */
  readonly replaces?: boolean;
  /** Whether the database may be started again where a setting takes that. */
  readonly mayRestart?: boolean;
}

export type ChangePorts = TransitionPorts &
  Pick<ProjectPorts, 'settings' | 'secrets' | 'databases' | 'catalogue' | 'cells'>;

/** These are the database's own, so that no new stack is needed for them. */
const IN_DATABASE: Readonly<Partial<Record<SectionName, readonly string[]>>> = {
  postgrest: ['db_schema', 'max_rows', 'db_extra_search_path'],
  postgres: Object.keys(POSTGRES_SETTINGS),
};

/** An item of the table holds four times as much. */
const MAX_BYTES = 100_000;

/** Each retry means that somebody else's change got through. */
const ATTEMPTS = 10;

/**
 * Changes settings of a project and puts them in force: those of the database at once, the others with a new stack
 * that takes over without a failed request. Of a project that is not running they are kept for its next start.
 */
export async function changeSettings(
  ref: ProjectRef,
  request: SettingsChange,
  actor: Actor,
  ports: ChangePorts,
): Promise<Result<Settings, DomainError>> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const written = await tryToChange(ref, request, actor, ports);
    if (!written.ok) return written;
    if (written.value === 'lost') continue;
    await catchUp(ref, ports);
    return ok(written.value);
  }
  return fail('conflict', 'The project is being changed by others at this moment.', {
    suggestion: 'Try again.',
  });
}

async function tryToChange(
  ref: ProjectRef,
  request: SettingsChange,
  actor: Actor,
  ports: ChangePorts,
): Promise<Result<Settings | 'lost', DomainError>> {
  const read = await ports.projects.find(ref);
  if (read === undefined || read.value.status === 'GOING_DOWN') return NO_SUCH_PROJECT;
  const project = read.value;
  const { section, change, replaces = false } = request;
  const place = placeOf(project, ports);
  const { settings, versions } = await ports.settings.read(ref);
  const before = settings[section];
  const wanted = typeof change === 'function' ? change(before.values) : ok(change);
  if (!wanted.ok) return wanted;
  const merged = mergeChange(place.template, section, replaces ? UNCHANGED : before, wanted.value);
  const next: Settings = { ...settings, [section]: merged.changed };
  const judged = judgeSection(place, section, next);
  if (!judged.ok) return judged;
  if (JSON.stringify(merged.changed).length > MAX_BYTES)
    return fail('validation_failed', `The settings would be larger than ${MAX_BYTES} bytes.`, {
      field: 'body',
    });
  const names = differing(before.values, merged.changed.values);
  // A secret that comes again is taken for another one: where it was kept and the rest was not, it is not in force.
  const secretNames = Object.keys(merged.secrets);
  if (names.length + secretNames.length === 0) return ok(settings);

  const inDatabase = secretNames.length === 0 && names.every((name) => IN_DATABASE[section]?.includes(name));
  const atOnce = inDatabase && DATABASE_ANSWERS.includes(project.status);
  const restart = request.mayRestart !== false && names.some(takesStart);
  if (restart && (project.status === 'COMING_UP' || project.status === 'RESTORING'))
    return fail('conflict', `The database cannot be started again while the project is ${project.status}.`, {
      suggestion: 'Wait until the project is ACTIVE_HEALTHY.',
    });
  if (atOnce) {
    const configured = await ports.databases.configure(stackOf(project, place.template, next), { restart });
    if (!configured.ok) {
      // Some of it may have been taken.
      await ports.databases.configure(stackOf(project, place.template, settings), { restart });
      return fail('validation_failed', configured.error.message, { field: 'body' });
    }
  }
  if (secretNames.length > 0)
    await ports.secrets.revise(project, (secret) => ({
      ...secret,
      settings: { ...secret.settings, ...merged.secrets },
    }));
  const { revision } = wantedRevision(project);
  const now = ports.clock.now();
  const updated: Project = {
    ...project,
    revision: atOnce && !isBehind(project) ? { ...revision, begun: revision.wanted } : revision,
    updated_at: now.toISOString(),
  };
  const written = await ports.projects.update(read, updated, [
    ports.settings.write(ref, section, versions[section], merged.changed),
    auditWrite({
      organization: project.organization,
      action: `project.settings.${section}`,
      subject: ref,
      actor,
      at: now,
      details: { changed: [...names, ...secretNames] },
    }),
  ]);
  return ok(written.ok ? next : 'lost');
}

const takesStart = (name: string) => isPostgresSetting(name) && POSTGRES_SETTINGS[name].context === 'start';
