import type { ProjectPorts } from './ports.ts';
import type { ServiceHealth } from './compute.port.ts';
import { type Project } from './project.ts';
import { NO_SETTINGS } from './settings/settings.ts';
import { stackOf } from './stack.ts';
import { type ServiceName, findTemplate } from './template.ts';

/** The names Supabase's health endpoint knows, and the service of ours that each one stands for. */
const ASKED = {
  auth: 'auth',
  db: 'db',
  db_postgres_user: 'db',
  pooler: null,
  realtime: 'realtime',
  rest: 'rest',
  storage: 'storage',
  pg_bouncer: null,
} as const satisfies Record<string, ServiceName | null>;

export type HealthName = keyof typeof ASKED;

export type NamedHealth = Omit<ServiceHealth, 'name'> & { readonly name: HealthName };

export type HealthPorts = Pick<ProjectPorts, 'databases' | 'compute' | 'catalogue'>;

/** How each of the named services fares; all that the project has, where none is named. */
export async function projectHealth(
  project: Project,
  names: readonly HealthName[] | undefined,
  ports: HealthPorts,
): Promise<readonly NamedHealth[]> {
  const template = findTemplate(ports.catalogue, project.template);
  if (template === undefined)
    throw new Error(`project ${project.ref} has the unknown template ${project.template}`);
  const stack = stackOf(project, template, NO_SETTINGS);
  const [services, database] = await Promise.all([ports.compute.health(stack), ports.databases.state(stack)]);
  const statusOfDatabase = database === 'available' ? 'ACTIVE_HEALTHY' : 'UNHEALTHY';
  const known: readonly ServiceHealth[] = [
    {
      name: 'db',
      status: statusOfDatabase,
      ...(database === 'available' ? {} : { error: `The database is ${database}.` }),
    },
    ...services.filter((each) => each.name !== 'db'),
  ];
  const has = (name: HealthName) => name !== 'db_postgres_user' && ASKED[name] !== null;
  const all = healthNames().filter(
    (name) => has(name) && template.services.some((each) => each === ASKED[name]),
  );
  return (names ?? all).map((name) => verdict(name, template.services, known, project));
}

function healthNames(): readonly HealthName[] {
  return Object.keys(ASKED).filter((name): name is HealthName => name in ASKED);
}

function verdict(
  name: HealthName,
  offered: readonly ServiceName[],
  known: readonly ServiceHealth[],
  project: Project,
): NamedHealth {
  const service = ASKED[name];
  if (service === null || !offered.includes(service)) {
    return { name, status: 'UNHEALTHY', error: `The template "${project.template}" has no such service.` };
  }
  const found = known.find((each) => each.name === service);
  if (found !== undefined) return { ...found, name };
  const coming = project.status === 'COMING_UP' || project.status === 'RESTORING';
  return { name, status: coming ? 'COMING_UP' : 'UNHEALTHY', error: `The project is ${project.status}.` };
}
