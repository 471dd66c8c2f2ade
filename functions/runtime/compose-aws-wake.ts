import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECT_SERVICES } from '../../templates/project-routes.ts';
import type { WakeAppPorts } from '../api/wake-app.ts';
import { composeAwsTransitions } from './compose-aws-transitions.ts';
import type { AwsConfig } from './config-aws.ts';

export function composeAwsWake(config: AwsConfig): WakeAppPorts {
  return { ...composeAwsTransitions(config), sleep, services: PROJECT_SERVICES };
}
