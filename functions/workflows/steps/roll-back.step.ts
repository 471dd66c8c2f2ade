import { stackBefore } from '../../core/project/stack-number.ts';
import { type Step, secretOf } from '../step.ts';

export const rollBack: Step = {
  title: 'Return to the stack that served before',
  async run(context) {
    const { stack, ports, project } = context;
    const { generation, tools, size } = stackBefore(project.value);
    const before = { ...stack, generation, size, tools: tools.stack };
    // It runs still, unless its machine was lost meanwhile.
    await ports.compute.deploy(before, await secretOf(context));
    await ports.compute.promote(before);
    await ports.routes.publish(before);
    await ports.compute.retire(stack);
  },
};
