import { Sightings } from '../core/project/sightings.ts';
import type { SweepPorts } from '../jobs/sweep.ts';
import { composeAwsProjects } from './compose-aws.ts';
import { composeAwsTransitions } from './compose-aws-transitions.ts';
import type { AwsConfig } from './config-aws.ts';

/** What it takes to compare what there is with what there should be. */
export async function composeAwsSweep(config: AwsConfig): Promise<SweepPorts> {
  const ports = await composeAwsProjects(config);
  const { workflows } = composeAwsTransitions(config);
  return { ...ports, workflows, sightings: new Sightings(ports.table, ports.clock) };
}
