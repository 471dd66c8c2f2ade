import { PortError } from '../../core/kernel/errors.ts';
import { NotReady, type Step } from '../step.ts';

export const awaitDatabase: Step = {
  title: 'Wait for the database',
  async run({ stack, ports }) {
    const state = await ports.databases.state(stack);
    if (state === 'failed') throw new PortError('The database failed to come up.');
    if (state !== 'available') throw new NotReady(`the database is ${state}`);
  },
};
