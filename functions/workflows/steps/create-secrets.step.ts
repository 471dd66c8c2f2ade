import { newProjectSecret } from '../../core/project/project-secret.ts';
import type { Step } from '../step.ts';

export const createSecrets: Step = {
  title: 'Create keys and passwords',
  async run({ stack, ports }) {
    const secret = newProjectSecret(stack.ref, { now: ports.clock.now(), random: ports.random });
    await ports.secrets.create(stack, secret);
  },
};
