import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import type { World } from './world.ts';

export const OLD = '0.0.1';

/** Has the project be as one of the release before is, with all that it runs. */
export async function age(world: World, ref: ProjectRef, version = OLD): Promise<void> {
  const read = await world.ports.projects.find(ref);
  if (read === undefined) throw new Error('there is no such project');
  await world.ports.projects.update(read, { ...read.value, template_version: version });
  const project = world.cloud.of(ref);
  for (const [generation, stack] of project.stacks) project.stacks.set(generation, { ...stack, version });
  if (project.database !== undefined) project.database.version = version;
}
