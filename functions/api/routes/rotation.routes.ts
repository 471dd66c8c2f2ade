import { rotationOperations } from '../../contract/rotations.contract.ts';
import { changeRotations, describeRotations } from '../../core/project/rotations.ts';
import { type Route, onProject } from '../route.ts';

const O = rotationOperations;

export const rotationRoutes: Record<keyof typeof rotationOperations, Route> = {
  listRotations: onProject(O.listRotations, async ({ project, ports }) =>
    describeRotations(project.value, ports),
  ),

  updateRotations: onProject(O.updateRotations, async ({ project, body, actor, ports }) => {
    await changeRotations(project.value, body, actor, ports);
    return describeRotations(project.value, ports);
  }),
};
