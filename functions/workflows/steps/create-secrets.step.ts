import { newProjectSecret } from '../../core/project/project-secret.ts';
import type { Step } from '../step.ts';

export const createSecrets: Step = {
  title: 'Create keys and passwords',
  async run({ input, ports }) {
    const secret = newProjectSecret(input.ref, { now: ports.clock.now(), random: ports.random });
    await ports.secrets.create(input.ref, secret);
  },
};
