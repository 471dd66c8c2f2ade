import type { Hostnames } from '../../functions/core/project/hostnames.port.ts';
import type { Inventory } from '../../functions/core/project/inventory.port.ts';
import type { Notifier } from '../../functions/core/kernel/notifier.port.ts';
import type { Objects } from '../../functions/core/project/objects.port.ts';
import type { Routes } from '../../functions/core/project/routes.port.ts';
import type { Secrets } from '../../functions/core/project/secrets.port.ts';
import type { ProjectPortsUnderTest } from '../contracts/project-ports.ts';
import type { FakeCloud } from './fake-cloud.ts';
import { FakeBackups } from './fake-backups.ts';
import { fakeCopies } from './fake-copies.ts';
import { FakeCompute } from './fake-compute.ts';
import { FakeDatabases } from './fake-databases.ts';
import { fakeFunctionFiles } from './fake-function-files.ts';
import { withFaults, type FaultPlan } from './faults.ts';

const NO_FAULTS: FaultPlan = () => undefined;

/** Every driver on a cloud that is not there, each call of which may fail by plan. */
export function fakePorts(cloud: FakeCloud, plan: FaultPlan = NO_FAULTS): ProjectPortsUnderTest {
  return {
    databases: withFaults('databases', new FakeDatabases(cloud), plan),
    backups: withFaults('backups', new FakeBackups(cloud), plan),
    copies: withFaults('copies', fakeCopies(cloud), plan),
    compute: withFaults('compute', new FakeCompute(cloud), plan),
    routes: withFaults('routes', fakeRoutes(cloud), plan),
    hostnames: withFaults('hostnames', fakeHostnames(cloud), plan),
    objects: withFaults('objects', fakeObjects(cloud), plan),
    functionFiles: withFaults('functionFiles', fakeFunctionFiles(cloud), plan),
    secrets: withFaults('secrets', fakeSecrets(cloud), plan),
    inventory: withFaults('inventory', fakeInventory(cloud), plan),
    notifier: withFaults('notifier', fakeNotifier(cloud), plan),
    sent: async () => [...cloud.mails.values()],
  };
}

function fakeRoutes(cloud: FakeCloud): Routes {
  return {
    async publish({ ref }) {
      cloud.of(ref).published = true;
    },
    async retract({ ref }) {
      const project = cloud.projects.get(ref);
      if (project !== undefined) project.published = false;
    },
    isPublished: async ({ ref }) => cloud.projects.get(ref)?.published === true,
  };
}

function fakeHostnames(cloud: FakeCloud): Hostnames {
  return {
    target: async ({ ref }) => `${ref}.localhost`,
    async attach({ ref }, hostname) {
      cloud.of(ref).hostnames.add(hostname);
    },
    state: async ({ ref }, hostname) =>
      cloud.projects.get(ref)?.hostnames.has(hostname) === true ? 'serving' : 'absent',
    async detach({ ref }, hostname) {
      cloud.projects.get(ref)?.hostnames.delete(hostname);
    },
    async detachAll({ ref }) {
      cloud.projects.get(ref)?.hostnames.clear();
    },
  };
}

function fakeObjects(cloud: FakeCloud): Objects {
  return {
    async prepare({ ref }) {
      cloud.of(ref).objects = true;
    },
    async delete({ ref }) {
      const project = cloud.projects.get(ref);
      if (project === undefined) return;
      project.objects = false;
      delete project.filesOf;
      project.functions = { bundles: new Map(), published: new Map() };
    },
  };
}

function fakeSecrets(cloud: FakeCloud): Secrets {
  return {
    create: async ({ ref }, secret) => (cloud.of(ref).secret ??= secret),
    read: async (ref) => cloud.projects.get(ref)?.secret,
    async revise({ ref }, change) {
      const project = cloud.projects.get(ref);
      if (project?.secret !== undefined) project.secret = change(project.secret);
      return project?.secret;
    },
    async delete(ref) {
      delete cloud.projects.get(ref)?.secret;
    },
  };
}

function fakeInventory(cloud: FakeCloud): Inventory {
  return {
    list: async (ref) => cloud.remnants(ref),
    refs: async () => [...cloud.projects.keys()].filter((ref) => cloud.remnants(ref).length > 0),
  };
}

function fakeNotifier(cloud: FakeCloud): Notifier {
  return {
    async send(id, mail) {
      if (!cloud.mails.has(id)) cloud.mails.set(id, mail);
    },
  };
}
