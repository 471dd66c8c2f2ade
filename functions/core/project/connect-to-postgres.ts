import type { ProjectStatus } from '../../contract/status.ts';
import type { CellId, ProjectRef } from '../kernel/ids.ts';
import type { Table } from '../kernel/table.port.ts';
import type { Actor } from '../organization/principal.ts';
import type { DatabasePlace, DatabasePlaces } from './database-places.port.ts';
import { type PostgresClient, type PostgresRefusal, barred } from './postgres-admission.ts';
import type { Project } from './project.ts';
import { type Wake, type WakePorts, wakeProject } from './wake-project.ts';

export type PostgresConnection =
  /** There is no such project in this cell, or none any more. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly refusal: PostgresRefusal }
  | { readonly kind: 'running'; readonly place: DatabasePlace }
  /** The client may connect when the project runs. */
  | { readonly kind: 'waiting'; readonly status: ProjectStatus };

interface Ports extends Pick<WakePorts, 'projects'> {
  readonly table: Table;
  readonly places: DatabasePlaces;
}

/** What becomes of a client of a project's Postgres that has come to a cell. It wakes nothing. */
export async function connectToPostgres(
  { cell, ref }: { readonly cell: CellId; readonly ref: ProjectRef },
  client: PostgresClient,
  ports: Ports,
): Promise<PostgresConnection> {
  const project = (await ports.projects.find(ref))?.value;
  if (project === undefined || project.cell !== cell || GONE.has(project.status)) return { kind: 'unknown' };
  const refusal = await barred(ref, client, ports);
  if (refusal !== undefined) return { kind: 'refused', refusal };
  return RUNNING.has(project.status) ? running(project, ports) : { kind: 'waiting', status: project.status };
}

const GONE: ReadonlySet<ProjectStatus> = new Set(['GOING_DOWN', 'REMOVED']);
const RUNNING: ReadonlySet<ProjectStatus> = new Set(['ACTIVE_HEALTHY', 'ACTIVE_UNHEALTHY']);

async function running(project: Project, { places }: Ports): Promise<PostgresConnection> {
  const place = await places.of(project);
  return place === undefined ? { kind: 'waiting', status: project.status } : { kind: 'running', place };
}

/** Who names a project and one of its roles means it. */
const MEANT = { path: '/', hasKey: true };

/** Has the project woken if it sleeps; what is said of it then. */
export function wakeForPostgres(ref: ProjectRef, actor: Actor, ports: WakePorts): Promise<Wake> {
  return wakeProject(ref, MEANT, actor, ports);
}
