import { crc32 } from 'node:zlib';
import type { ProjectBody } from '../contract/project.contract.ts';
import { urlIn } from '../core/project/cells.port.ts';
import type { Project } from '../core/project/project.ts';
import type { ProjectPorts } from '../core/project/ports.ts';

/** Major version of Postgres that projects get. */
const POSTGRES_VERSION = '17';

export function renderProject(project: Project, { cells }: Pick<ProjectPorts, 'cells'>): ProjectBody {
  const endpoint = urlIn(cells, project);
  return {
    id: project.ref,
    ref: project.ref,
    organization_id: project.organization,
    organization_slug: project.organization,
    name: project.name,
    region: project.region,
    created_at: project.created_at,
    status: project.status,
    template: project.template,
    template_version: project.template_version,
    database_tier: project.tier,
    features: project.features,
    endpoint,
    realtime_url: project.features.includes('realtime')
      ? `${endpoint.replace(/^http/, 'ws')}/realtime/v1`
      : null,
    failure: project.failure,
  };
}

export function renderWithDatabase(project: Project, ports: Pick<ProjectPorts, 'cells'>) {
  const domain = ports.cells.get(project.cell)?.origin.domain ?? '';
  return {
    ...renderProject(project, ports),
    database: {
      host: `db.${project.ref}.${domain}`,
      version: POSTGRES_VERSION,
      postgres_engine: POSTGRES_VERSION,
      release_channel: 'ga',
    },
  };
}

/** Supabase answers some calls with a number as the project's id; the checksum of the ref serves as one. */
export function renderRef({ ref, name }: Project) {
  return { id: crc32(ref), ref, name };
}
