import type { ProjectPorts } from '../ports.ts';
import type { Project } from '../project.ts';
import { type ProjectTemplate, type Target, findTemplate } from '../template.ts';

/** What a project is made of, and where it runs. */
export interface Place {
  readonly template: ProjectTemplate;
  readonly target: Target;
}

export function placeOf(project: Project, ports: Pick<ProjectPorts, 'catalogue' | 'cells'>): Place {
  const template = findTemplate(ports.catalogue, project.template);
  const cell = ports.cells.get(project.cell);
  if (template === undefined || cell === undefined)
    throw new Error(`project ${project.ref} has a template or a cell that is not there`);
  return { template, target: cell.target };
}
