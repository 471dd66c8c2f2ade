import { toolsOperations } from '../../contract/tools.contract.ts';
import { changeTools, describeTools } from '../../core/project/tools.ts';
import { type Route, onProject } from '../route.ts';

const O = toolsOperations;

export const toolsRoutes: Record<keyof typeof toolsOperations, Route> = {
  getTools: onProject(O.getTools, async ({ project, ports }) => describeTools(project.value, ports)),

  updateTools: onProject(O.updateTools, async ({ project, body, actor, ports }) => {
    const changed = await changeTools(project.value.ref, body.enabled, actor, ports);
    return changed.ok ? describeTools(changed.value, ports) : changed;
  }),
};
