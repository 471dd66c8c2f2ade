import { NotReady, type Step } from '../step.ts';

export const awaitHealthy: Step = {
  title: 'Wait until every service is healthy',
  async run({ stack, ports }) {
    const services = await ports.compute.health(stack);
    const expected = stack.template.services.filter((name) => name !== 'db');
    const waiting = expected.filter(
      (name) => services.find((each) => each.name === name)?.status !== 'ACTIVE_HEALTHY',
    );
    if (waiting.length > 0) throw new NotReady(`not healthy yet: ${waiting.join(', ')}`);
  },
};
