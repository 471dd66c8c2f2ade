import { composeAwsSweep } from '../runtime/compose-aws-sweep.ts';
import { awsConfig } from '../runtime/config-aws.ts';
import { sweep } from './sweep.ts';

const config = awsConfig();
const ports = await composeAwsSweep(config);
const cells = config.cells.map(({ id }) => id);

/** On a schedule. */
export const handler = (): Promise<void> => sweep(cells, ports);
