import { SFNClient } from '@aws-sdk/client-sfn';
import type { Table } from '../core/kernel/table.port.ts';
import type { ProjectPorts } from '../core/project/ports.ts';
import { ProjectStore } from '../core/project/project-store.ts';
import { inRegion } from '../drivers/aws/clients.ts';
import { translating } from '../drivers/aws/errors.ts';
import { StepFunctionsWorkflows } from '../drivers/aws/workflows.ts';
import { composeAwsTable } from './compose-aws-table.ts';
import type { AwsConfig } from './config-aws.ts';

type TransitionPorts = Pick<ProjectPorts, 'projects' | 'workflows' | 'clock' | 'random' | 'log'> & {
  readonly table: Table;
};

/** What it takes to put a project into transition: its record, and the workflow that does the rest. */
export function composeAwsTransitions(config: AwsConfig): TransitionPorts {
  const ports = composeAwsTable(config);
  const { home, stateMachines: arns, stepFunction } = config;
  const sfn = translating(new SFNClient(inRegion(home)));
  return {
    ...ports,
    projects: new ProjectStore(ports.table),
    workflows: new StepFunctionsWorkflows(sfn, { arns, stepFunction }, ports.log),
  };
}
