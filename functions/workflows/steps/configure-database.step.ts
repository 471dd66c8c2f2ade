import { PortError } from '../../core/kernel/errors.ts';
import type { ProjectStatus } from '../../contract/status.ts';
import type { Step } from '../step.ts';

/** Nobody is connected yet, so that the server may be started again. */
const NOT_SERVING: readonly ProjectStatus[] = ['COMING_UP', 'RESTORING'];

export const configureDatabase: Step = {
  title: 'Configure the database',
  async run({ project, stack, ports }) {
    const restart = NOT_SERVING.includes(project.value.status);
    const configured = await ports.databases.configure(stack, { restart });
    if (!configured.ok)
      throw new PortError(`The database does not take its settings: ${configured.error.message}`, {
        suggestion: 'Change the setting, then try again.',
      });
  },
};
