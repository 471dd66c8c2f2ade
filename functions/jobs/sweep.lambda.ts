import { composeAwsSweep } from '../runtime/compose-aws-sweep.ts';
import { awsConfig } from '../runtime/config-aws.ts';
import { scheduled } from './scheduled.ts';
import { sweep } from './sweep.ts';

const config = awsConfig();
const ports = await composeAwsSweep(config);
const cells = config.cells.map(({ id }) => id);

export const handler = scheduled('sweep', () => sweep(cells, ports), ports);
