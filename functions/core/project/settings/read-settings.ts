import type { SectionName } from '../../../contract/settings/sections.ts';
import type { ProjectPorts } from '../ports.ts';
import type { Project } from '../project.ts';
import { placeOf } from './place.ts';
import { type Settings, type Values, shownSecrets, valuesOf } from './settings.ts';

export type ShowPorts = Pick<ProjectPorts, 'secrets' | 'catalogue' | 'cells'>;

/** A section of a project's settings as its owner may see it. */
export async function showSection(
  project: Project,
  section: SectionName,
  settings: Settings,
  ports: ShowPorts,
): Promise<Values> {
  const changed = settings[section];
  const kept = changed.secrets.length === 0 ? undefined : await ports.secrets.read(project.ref);
  return {
    ...valuesOf(placeOf(project, ports).template, section, settings),
    ...shownSecrets(project.ref, section, changed, kept),
  };
}

export async function readSection(
  project: Project,
  section: SectionName,
  ports: ShowPorts & Pick<ProjectPorts, 'settings'>,
): Promise<Values> {
  const { settings } = await ports.settings.read(project.ref);
  return showSection(project, section, settings, ports);
}
