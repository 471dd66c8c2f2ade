import type { ServiceHealth } from '../../core/project/compute.port.ts';
import { NotReady, type Step } from '../step.ts';

export const awaitHealthy: Step = {
  title: 'Wait until every service is healthy',
  async run({ stack, ports }) {
    const services = await ports.compute.health(stack);
    const wanted = stack.template.services.filter((name) => name !== 'db');
    const waiting = [...wanted, ...(stack.tools ? (['tools'] as const) : [])].flatMap((name) =>
      reasonToWait(
        name,
        services.find((each) => each.name === name),
      ),
    );
    if (waiting.length > 0) throw new NotReady(`Not healthy yet: ${waiting.join(', ')}.`);
  },
};

function reasonToWait(name: string, health: ServiceHealth | undefined): readonly string[] {
  if (health?.status === 'ACTIVE_HEALTHY') return [];
  return [health?.error === undefined ? name : `${name} (${health.error})`];
}
