import type { Project } from './project.ts';
import { type Catalogue, type ProjectTemplate, type TemplateChange, findTemplate } from './template.ts';

/** Both are `major.minor.patch`, which a test holds the catalogue to. */
export function isOlder(version: string, than: string): boolean {
  const [ours, theirs] = [numbersOf(version), numbersOf(than)];
  const differing = ours.findIndex((part, at) => part !== theirs[at]);
  return differing >= 0 && (ours[differing] ?? 0) < (theirs[differing] ?? 0);
}

const numbersOf = (version: string): readonly number[] => version.split('.').map(Number);

type Recorded = Pick<Project, 'template' | 'template_version'>;

/** Why there is nothing to upgrade the project to, a sentence; null: there is. */
export function upgradeObstacle({ template: name, template_version }: Recorded, catalogue: Catalogue) {
  const template = findTemplate(catalogue, name);
  if (template === undefined) return `The template "${name}" is not offered any more.`;
  if (template_version === template.version) return 'It is the newest version of its template.';
  return isOlder(template_version, template.version) ? null : newerThanHere(template_version, template);
}

export const newerThanHere = (recorded: string, { name, version }: ProjectTemplate) =>
  `The project has version ${recorded} of the template "${name}", and the newest that is here is ${version}.`;

/** What the project would get by an upgrade, the newest first. */
export function changesSince(version: string, template: ProjectTemplate): readonly TemplateChange[] {
  return template.changes.filter((change) => isOlder(version, change.version));
}
