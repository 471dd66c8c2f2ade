import { carryRunFunctions } from '../../core/branches/carry.ts';
import { PortError } from '../../core/kernel/errors.ts';
import type { Step } from '../step.ts';

export const carryFunctions: Step = {
  title: 'Deploy the functions that are missing',
  async run({ project, ports }) {
    const carried = await carryRunFunctions(project.value, ports);
    if (!carried.ok) throw new PortError(carried.error.message);
  },
};
