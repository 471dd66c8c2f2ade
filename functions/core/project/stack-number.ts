import type { Project } from './project.ts';

/** Which stack of a project is meant, and from what state of its settings it was begun. */
export type StackNumber = Pick<Project, 'generation' | 'revision' | 'tools' | 'size' | 'size_before'>;

/** Whether something has changed since the newest stack was begun that is not in it. */
export function isBehind({ revision }: Pick<Project, 'revision'>): boolean {
  return revision.begun < revision.wanted;
}

export function sameStack({ generation, revision, tools, size, size_before }: StackNumber): StackNumber {
  return { generation, revision, tools, size, size_before };
}

/** A new stack. It reads what it is made from later than now, so that it may be newer than is noted, never older. */
export function nextStack({
  generation,
  revision,
  size,
  tools: { wanted, stack },
}: StackNumber): StackNumber {
  return {
    generation: generation + 1,
    revision: { ...revision, begun: revision.wanted },
    tools: { wanted, stack: wanted, before: stack },
    size,
    size_before: size,
  };
}

/** The one that was stopped is good for another start, unless it lags. */
export function startedStack(project: StackNumber): StackNumber {
  return isBehind(project) ? nextStack(project) : sameStack(project);
}

/** The one that serves still, where the newest one did not come up. What was wanted of that is wanted of the next. */
export function stackBefore({
  generation,
  tools,
  size,
  size_before,
}: StackNumber): Pick<StackNumber, 'generation' | 'tools' | 'size'> {
  return {
    generation: generation - 1,
    tools: { ...tools, stack: tools.before },
    size: size_before ?? size,
  };
}

/** Noted where something changes that a stack is made from. */
export function wantedRevision({ revision }: Pick<Project, 'revision'>): Pick<Project, 'revision'> {
  return { revision: { ...revision, wanted: revision.wanted + 1 } };
}
