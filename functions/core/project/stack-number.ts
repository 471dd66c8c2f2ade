import type { Project } from './project.ts';

/** Which stack of a project is meant, and from what state of its settings it was begun. */
export type StackNumber = Pick<Project, 'generation' | 'revision' | 'tools'>;

/** Whether something has changed since the newest stack was begun that is not in it. */
export function isBehind({ revision }: Pick<Project, 'revision'>): boolean {
  return revision.begun < revision.wanted;
}

export function sameStack({ generation, revision, tools }: StackNumber): StackNumber {
  return { generation, revision, tools };
}

/** A new stack. It reads what it is made from later than now, so that it may be newer than is noted, never older. */
export function nextStack({ generation, revision, tools: { wanted, stack } }: StackNumber): StackNumber {
  return {
    generation: generation + 1,
    revision: { ...revision, begun: revision.wanted },
    tools: { wanted, stack: wanted, before: stack },
  };
}

/** The one that was stopped is good for another start, unless it lags. */
export function startedStack(project: StackNumber): StackNumber {
  return isBehind(project) ? nextStack(project) : sameStack(project);
}

/** The one that serves still, where the newest one did not come up. What was wanted of that is wanted of the next. */
export function stackBefore({ generation, tools }: StackNumber): Pick<StackNumber, 'generation' | 'tools'> {
  return { generation: generation - 1, tools: { ...tools, stack: tools.before } };
}

/** Noted where something changes that a stack is made from. */
export function wantedRevision({ revision }: Pick<Project, 'revision'>): Pick<Project, 'revision'> {
  return { revision: { ...revision, wanted: revision.wanted + 1 } };
}
