import type { CellId, ProjectRef } from '../kernel/ids.ts';
import type { Project } from './project.ts';
import type { Settings } from './settings/settings.ts';
import type { RefusedRequests } from './refusals.port.ts';
import type { Feature, ProjectTemplate } from './template.ts';

/** What the drivers are told of a project: enough to name, build and tag its resources, and nothing secret. */
export interface Stack {
  readonly ref: ProjectRef;
  readonly organization: string;
  readonly cell: CellId;
  readonly template: ProjectTemplate;
  readonly features: readonly Feature[];
  readonly tier: Project['tier'];
  readonly size: Project['size'];
  /** Which of the project's stacks is meant; see `Project.generation`. */
  readonly generation: number;
  /** Whether its tools run beside it. */
  readonly tools: boolean;
  /** What differs from how the template is by itself. */
  readonly settings: Settings;
  /** What it does not answer for now. */
  readonly refusals: readonly RefusedRequests[];
}

export function stackOf(
  project: Project,
  template: ProjectTemplate,
  settings: Settings,
  refusals: readonly RefusedRequests[] = [],
): Stack {
  const { ref, organization, cell, features, tier, size, generation } = project;
  const tools = project.tools.stack;
  return { ref, organization, cell, template, features, tier, size, generation, tools, settings, refusals };
}
