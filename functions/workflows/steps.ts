import type { Step } from './step.ts';
import { awaitDatabase } from './steps/await-database.step.ts';
import { awaitHealthy } from './steps/await-healthy.step.ts';
import { awaitStopped } from './steps/await-stopped.step.ts';
import { bootstrapDatabase } from './steps/bootstrap-database.step.ts';
import { carryFunctions } from './steps/carry-functions.step.ts';
import { carryMigrations } from './steps/carry-migrations.step.ts';
import { catchUp } from './steps/catch-up.step.ts';
import { certify } from './steps/certify.step.ts';
import { clearBranch } from './steps/clear-branch.step.ts';
import { confirmIdle } from './steps/confirm-idle.step.ts';
import { configureDatabase } from './steps/configure-database.step.ts';
import { copyDatabase } from './steps/copy-database.step.ts';
import { copyFiles } from './steps/copy-files.step.ts';
import { createDatabase } from './steps/create-database.step.ts';
import { createSecrets } from './steps/create-secrets.step.ts';
import { deleteDatabase } from './steps/delete-database.step.ts';
import { deleteObjects } from './steps/delete-objects.step.ts';
import { deleteSecrets } from './steps/delete-secrets.step.ts';
import { deleteStack } from './steps/delete-stack.step.ts';
import { deployStack } from './steps/deploy-stack.step.ts';
import { detachHostnames } from './steps/detach-hostnames.step.ts';
import { endRun } from './steps/end-run.step.ts';
import { migrateBranch } from './steps/migrate-branch.step.ts';
import { notify } from './steps/notify.step.ts';
import { prepareStack } from './steps/prepare-stack.step.ts';
import { proveGone } from './steps/prove-gone.step.ts';
import { publishRoute } from './steps/publish-route.step.ts';
import { recoverDatabase } from './steps/recover-database.step.ts';
import { retireOthers } from './steps/retire-others.step.ts';
import { retractRoute } from './steps/retract-route.step.ts';
import { rollBack } from './steps/roll-back.step.ts';
import { settle } from './steps/settle.step.ts';
import { startDatabase } from './steps/start-database.step.ts';
import { stopDatabase } from './steps/stop-database.step.ts';
import { stopStack } from './steps/stop-stack.step.ts';
import { upgradeDatabase } from './steps/upgrade-database.step.ts';

/** Every step there is, by the name that the documents call it. */
export const STEPS = {
  'create-secrets': createSecrets,
  'clear-branch': clearBranch,
  'copy-database': copyDatabase,
  'create-database': createDatabase,
  'start-database': startDatabase,
  'recover-database': recoverDatabase,
  'await-database': awaitDatabase,
  'bootstrap-database': bootstrapDatabase,
  'upgrade-database': upgradeDatabase,
  'configure-database': configureDatabase,
  'prepare-stack': prepareStack,
  'copy-files': copyFiles,
  'deploy-stack': deployStack,
  'await-healthy': awaitHealthy,
  'migrate-branch': migrateBranch,
  'publish-route': publishRoute,
  'retire-others': retireOthers,
  'roll-back': rollBack,
  'retract-route': retractRoute,
  'confirm-idle': confirmIdle,
  'detach-hostnames': detachHostnames,
  'stop-stack': stopStack,
  'stop-database': stopDatabase,
  'await-stopped': awaitStopped,
  'delete-stack': deleteStack,
  'delete-database': deleteDatabase,
  'delete-objects': deleteObjects,
  'delete-secrets': deleteSecrets,
  'prove-gone': proveGone,
  settle,
  'catch-up': catchUp,
  certify,
  notify,
  'carry-migrations': carryMigrations,
  'carry-functions': carryFunctions,
  'end-run': endRun,
} as const satisfies Record<string, Step>;

export type StepName = keyof typeof STEPS;

export function isStepName(name: string): name is StepName {
  return Object.hasOwn(STEPS, name);
}
