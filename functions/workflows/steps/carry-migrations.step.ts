import { carryRunMigrations } from '../../core/branches/carry.ts';
import { PortError } from '../../core/kernel/errors.ts';
import type { Step } from '../step.ts';

export const carryMigrations: Step = {
  title: 'Apply the migrations that are missing',
  async run({ project, ports }) {
    const carried = await carryRunMigrations(project.value, ports);
    if (!carried.ok) throw new PortError(carried.error.message);
  },
};
