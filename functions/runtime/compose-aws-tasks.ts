import type { TaskSize, TaskSpec } from '../../templates/container.ts';
import { TASK_SIZES } from '../../templates/container.ts';
import { fullTask } from '../../templates/full/task.ts';
import { TOOLS_TASK } from '../../templates/full/tools.ts';
import { FULL } from '../../templates/full/template.ts';
import { lightTask } from '../../templates/light-task.ts';
import { lightEnvironment } from '../../templates/settings/light.ts';
import { taskDefinitionInput } from '../../templates/task-definition.ts';
import { PortError } from '../core/kernel/errors.ts';
import type { Stack } from '../core/project/stack.ts';
import type { Part } from '../drivers/aws/names.ts';
import type { DescribeTask } from '../drivers/aws/task-context.ts';

function taskOf(stack: Stack, part: Part): TaskSpec {
  if (part === 'tools') return TOOLS_TASK;
  const { refusals, tools } = stack;
  const { name, version, services } = stack.template;
  if (name === FULL.name) return fullTask({ tools, refusals }, stack);
  return lightTask({ version, services, settings: lightEnvironment(stack), refusals });
}

const isTaskSize = (size: Stack['size']): size is TaskSize => TASK_SIZES.some((each) => each === size);

/** The larger sizes are sizes of a database alone. */
function taskSize(size: Stack['size']): TaskSize {
  if (isTaskSize(size)) return size;
  throw new PortError(`A project cannot have the compute size ${size}.`, {
    suggestion: `Choose one of: ${TASK_SIZES.join(', ')}.`,
  });
}

/** What ECS is asked to run for a stack. `imageRegistry`: the cell's cache in front of Amazon's public registry. */
export function describeTask(imageRegistry: string): DescribeTask {
  return (stack, context) => {
    const { family, region, url, bucket, database, tags } = context;
    const { secretArn, executionRoleArn, taskRoleArn, logGroup } = context;
    return taskDefinitionInput(taskOf(stack, context.part), {
      family,
      size: taskSize(stack.size),
      place: {
        ref: stack.ref,
        url,
        region,
        bucket,
        database_host: database.host,
        database_port: `${database.port}`,
        database_name: database.name,
        role_suffix: database.roleSuffix,
        tools_host: context.toolsHost,
      },
      secretArn,
      executionRoleArn,
      taskRoleArn,
      logGroup,
      registries: { supabase: imageRegistry, baseplane: imageRegistry },
      tags,
    });
  };
}
