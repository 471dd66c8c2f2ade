import { composeAwsPauseIdle } from '../runtime/compose-aws-pause-idle.ts';
import { awsConfig } from '../runtime/config-aws.ts';
import { pauseIdle } from './pause-idle.ts';
import { scheduled } from './scheduled.ts';

const ports = composeAwsPauseIdle(awsConfig());

export const handler = scheduled('pause-idle', () => pauseIdle(ports), ports);
