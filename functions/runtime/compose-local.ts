import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CATALOGUE } from '../../templates/catalogue.ts';
import { type PackName, databaseScripts, isPackName } from '../../templates/database/scripts.ts';
import { statementsOf } from '../../templates/database/statements.ts';
import { lightEnvironment } from '../../templates/settings/light.ts';
import { createApp } from '../api/app.ts';
import type { ApiPorts, BillingPorts } from '../api/call.ts';
import { nodeListener } from '../api/node-server.ts';
import { PortError } from '../core/kernel/errors.ts';
import { type ProjectRef, newExecutionId } from '../core/kernel/ids.ts';
import { InvitationStore } from '../core/organization/invitation-store.ts';
import { OrganizationStore } from '../core/organization/organization-store.ts';
import { UserStore } from '../core/organization/user-store.ts';
import { urlIn } from '../core/project/cells.port.ts';
import { HostnameStore } from '../core/project/hostname-store.ts';
import type { ProjectPorts } from '../core/project/ports.ts';
import { FunctionStore } from '../core/project/function-store.ts';
import { NO_REFUSALS } from '../core/project/refusals.port.ts';
import { ProjectStore } from '../core/project/project-store.ts';
import { ActivityRecorder } from '../core/usage/activity-recorder.ts';
import { OpenUses } from '../core/usage/open-uses.ts';
import { RestrictionBook } from '../core/usage/restriction-book.ts';
import { UsageRecorder } from '../core/usage/usage-recorder.ts';
import { UsageStore } from '../core/usage/usage-store.ts';
import { SettingsStore } from '../core/project/settings/settings-store.ts';
import { dnsNameServers } from '../drivers/dns/name-servers.ts';
import type { DatabaseScripts } from '../drivers/local/database-scripts.ts';
import { createLocalDrivers } from '../drivers/local/local-drivers.ts';
import { idleAfter } from '../core/usage/idle-after.ts';
import { LogFile } from '../drivers/local/log-file.ts';
import { LocalScheduler } from '../drivers/local/scheduler.ts';
import { embeddedIssuer } from '../drivers/issuer/embedded-issuer.ts';
import { LocalWorkflows } from '../drivers/local/workflows.ts';
import { OidcIdentityProvider } from '../drivers/oidc/identity.ts';
import { CloudMeter } from '../drivers/prometheus/cloud-meter.ts';
import { countedTable } from '../drivers/prometheus/counted-table.ts';
import { openSqliteTable } from '../drivers/sqlite/table.ts';
import { reconcile } from '../jobs/reconcile.ts';
import { removeOrphans } from '../jobs/remove-orphans.ts';
import { DOCUMENTS } from '../workflows/documents.ts';
import { runStep } from '../workflows/run-step.ts';
import type { LocalConfig } from './config.ts';
import { perMinute } from './identity-settings.ts';
import { LOCAL_CELL, localCells } from './local-cells.ts';
import { localJobs } from './compose-local-jobs.ts';
import { VERSION } from './version.ts';
import { jsonLog, systemClock, systemKeyPairs, systemRandom } from './system.ts';

const LIGHT_MAIN = fileURLToPath(new URL('../../templates/light/main.ts', import.meta.url));

/** Where the clusters go when other users can't enter the state directory, which takes root to come about. */
const SYSTEM_STATE = '/var/lib/baseplane';

const SCRIPTS: DatabaseScripts = {
  of: (packs) => databaseScripts(packs.map(packOf)),
  statementsOf,
  prepared: ['base', 'light'],
  serviceRoles: [
    'authenticator',
    'supabase_auth_admin',
    'supabase_storage_admin',
    'supabase_realtime_admin',
    'light_user',
    'light_service',
    'light_meta',
  ],
};

function packOf(name: string): PackName {
  if (!isPackName(name)) throw new Error(`there is no SQL pack "${name}"`);
  return name;
}

export type LocalCloud = Awaited<ReturnType<typeof composeLocal>>;

/** The whole cloud on one machine, by its ports. The state directory must be locked by the caller. */
export async function composeLocal(config: LocalConfig) {
  const { home } = config;
  const clock = systemClock;
  const random = systemRandom;
  const logFile = new LogFile(join(home, 'control-plane.log'), (error) =>
    process.stderr.write(`control-plane.log could not be written: ${String(error)}\n`),
  );
  const log = jsonLog((line) => {
    void logFile.write(line);
    if (config.log === 'json') process.stdout.write(line);
  }, clock);
  const meter = new CloudMeter();
  const sqlite = openSqliteTable({ path: join(home, 'state.db'), clock });
  const table = countedTable(sqlite, (call, result, seconds) => meter.called(call, result, seconds));
  const origin = {
    scheme: 'http',
    domain: config.projectDomain,
    ...(config.port === 80 ? {} : { port: config.port }),
  } as const;
  const cells = localCells(origin, config.postgresPort);
  const urlOf = (ref: ProjectRef) => urlIn(cells, { cell: LOCAL_CELL, ref });
  const ownUrlOf = (ref: ProjectRef) => `http://127.0.0.1:${config.port}/p/${ref}`;
  const drivers = await createLocalDrivers({
    home,
    elsewhere: SYSTEM_STATE,
    temporary: tmpdir(),
    postgresBin: config.postgresBinaries,
    node: process.execPath,
    lightMain: LIGHT_MAIN,
    scripts: SCRIPTS,
    pool: config.pool,
    urlOf,
    ownUrlOf,
    environmentOf: lightEnvironment,
    sender: 'noreply@localhost',
    clock,
    random,
    log: (level, message, fields = {}) => log.line(level, message, fields),
  });
  const {
    backups,
    copies,
    databases,
    compute,
    routes,
    hostnames,
    logs,
    services,
    secrets,
    objects,
    functionFiles,
    inventory,
    notifier,
  } = drivers;
  const projects = new ProjectStore(table);
  const organizations = new OrganizationStore(table);
  const apiUrl = `http://localhost${config.port === 80 ? '' : `:${config.port}`}`;
  const embedded =
    config.issuer === undefined
      ? embeddedIssuer({ home, url: `${apiUrl}/oidc`, table, clock, random, keyPairs: systemKeyPairs })
      : undefined;
  const issuer = config.issuer ?? embedded?.issuer;
  // Two hundred modules that only those need who have it.
  const payments =
    config.stripe === undefined
      ? { payments: null, paymentEvents: null }
      : (await import('./compose-stripe.ts')).composeStripe(config.stripe);
  const settings = new SettingsStore(table);
  const open = new OpenUses();
  const activity = new ActivityRecorder({ table, projects, clock, openNow: (ref) => open.of(ref) });
  const workflows: LocalWorkflows = new LocalWorkflows(DOCUMENTS, (payload) => runStep(payload, ports), log, {
    onEnd: (workflow, result, seconds) => meter.executed(workflow, result, seconds),
  });
  const ports: ApiPorts & BillingPorts & ProjectPorts = {
    table,
    projects,
    organizations,
    users: new UserStore(table),
    invitations: new InvitationStore(table),
    identity:
      issuer === undefined
        ? null
        : new OidcIdentityProvider(embedded ? { ...issuer, own: embedded } : issuer),
    installation: { issuer, accountUrl: embedded?.accountUrl, apiUrl, version: VERSION, target: 'local' },
    dashboardUrl: apiUrl,
    outbox: notifier,
    limits: perMinute(config.rateLimit),
    ...payments,
    settings,
    // The gateway refuses.
    refusals: NO_REFUSALS,
    catalogue: CATALOGUE,
    cells,
    secrets,
    databases,
    backups,
    copies,
    compute,
    routes,
    services,
    hostnames,
    logs,
    hostnameStore: new HostnameStore(table),
    nameServers: dnsNameServers(config.nameServers),
    objects,
    functions: new FunctionStore(table),
    functionFiles,
    inventory,
    notifier,
    uses: activity,
    workflows,
    clock,
    random,
    keyPairs: systemKeyPairs,
    target: 'local',
    idleAfter: idleAfter(config.idleAfterMs),
    meter,
    log,
  };
  const scheduler = new LocalScheduler({ clock, log });
  const usage = new UsageStore(table);
  const writer = `gateway@${newExecutionId(clock.now(), random)}`;
  const recorder = new UsageRecorder({ usage, clock, writer });
  const restricted = new RestrictionBook(table);
  const jobs = localJobs(
    {
      ...ports,
      table: { ...table, purgeExpired: () => sqlite.purgeExpired() },
      activity,
      pool: drivers.pool,
      usage,
      recorder,
      restricted,
      refusedBy: 'gateway',
      clusterMetrics: null,
      meter,
    },
    config.idleAfterMs,
  );
  let starting = Promise.resolve();

  return {
    api: nodeListener(createApp(ports), log),
    ports,
    log,
    meter,
    executions: () => workflows.size,
    activity,
    /** Counts what passes through. */
    recorder,
    restricted,
    /** Who signs people in, unless somebody else does. */
    embedded,
    /** What uses projects at this moment. */
    open,
    dataRoot: drivers.root,
    /** The socket that serves a project, where one does. */
    lookup: (ref: ProjectRef) => routes.lookup(ref),
    /** The socket at which a project's Postgres takes connections, where it does. */
    postgresSocket: (ref: ProjectRef) => databases.socketOf(ref),
    /** The project that has a name beside its own address. */
    projectAt: (hostname: string) => hostnames.lookup(hostname),

    /** Clears away what an earlier run left behind and makes ready for the first project. */
    async start(): Promise<void> {
      await drivers.start();
      // No step of an earlier run is running any more.
      await removeOrphans([LOCAL_CELL], ports, () => Promise.resolve(true));
    },

    /** Brings every project to where its record says; goes on doing so until `close`. */
    resume(): void {
      starting = reconcile('start', ports)
        .catch((error: unknown) => log.error('the reconciler failed', error))
        .then(() => restricted.reload())
        .then(() => jobs.release())
        .then(() => scheduler.start(jobs.scheduled))
        .catch((error: unknown) => log.error('no job is run by the clock', error));
    },

    async close(): Promise<void> {
      await starting;
      await scheduler.close();
      await workflows.close();
      await drivers.shutdown();
      await activity
        .flush(Number.POSITIVE_INFINITY)
        .catch((error: unknown) => log.error('the activity of projects was not written', error));
      await recorder
        .flush(Number.POSITIVE_INFINITY)
        .catch((error: unknown) => log.error('the usage of projects was not written', error));
      sqlite.close();
      await logFile.close();
    },
  };
}

/** A failure to start that a person can act on, as one line. */
export function startFailure(error: unknown): string | undefined {
  if (!(error instanceof PortError)) return undefined;
  return [error.message, error.suggestion].filter(Boolean).join(' ');
}
