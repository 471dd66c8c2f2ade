import type { WorkflowName } from '../../../functions/core/project/workflows.port.ts';
import type { FunctionName } from './entries.ts';

/** What is named by hand, so that things can name each other before they are there. */
export interface Names {
  readonly functions: Readonly<Record<FunctionName, string>>;
  readonly stateMachines: Readonly<Record<WorkflowName, string>>;
}

export function namesOf(stage: string): Names {
  const own = (name: string) => `baseplane-${stage}-${name}`;
  return {
    functions: {
      api: own('api'),
      wake: own('wake'),
      billing: own('billing'),
      metrics: own('metrics'),
      step: own('step'),
      reconcile: own('reconcile'),
      sweep: own('sweep'),
      pauseIdle: own('pause-idle'),
      ingest: own('ingest'),
      meter: own('meter'),
      quotas: own('quotas'),
      reportUsage: own('report-usage'),
      keepBackups: own('keep-backups'),
      rotateSecrets: own('rotate-secrets'),
      owner: own('owner'),
    },
    stateMachines: byWorkflow(own),
  };
}

export function byWorkflow<T>(of: (workflow: WorkflowName) => T): Record<WorkflowName, T> {
  return {
    provision: of('provision'),
    pause: of('pause'),
    resume: of('resume'),
    recover: of('recover'),
    redeploy: of('redeploy'),
    remove: of('remove'),
    carry: of('carry'),
  };
}

/** Of the login of the user pool; unique in its region, over all accounts. */
export const loginDomain = ({ stage, rootDomain }: { readonly stage: string; readonly rootDomain: string }) =>
  `${stage}-${rootDomain.replaceAll('.', '-')}`.slice(0, 63).replace(/-$/, '');
