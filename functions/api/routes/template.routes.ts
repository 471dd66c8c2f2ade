import { templateOperations } from '../../contract/template.contract.ts';
import { ok } from '../../core/kernel/result.ts';
import { permittedActions } from '../../core/project/permitted-actions.ts';
import { changesSince } from '../../core/project/template-version.ts';
import { findTemplate } from '../../core/project/template.ts';
import { upgradeTemplate } from '../../core/project/upgrade-template.ts';
import { type Route, onProject } from '../route.ts';

const O = templateOperations;

export const templateRoutes: Record<keyof typeof templateOperations, Route> = {
  getProjectTemplate: onProject(O.getProjectTemplate, async ({ project: { value }, principal, ports }) => {
    const { template: name, template_version: version, coming_version } = value;
    const template = findTemplate(ports.catalogue, name);
    const permitted = permittedActions(principal, value, { ...ports, now: ports.clock.now() });
    const upgrade = permitted.find(({ action }) => action === 'upgrade');
    return ok({
      name,
      version,
      coming_version,
      newest_version: template?.version ?? null,
      changes: template === undefined ? [] : [...changesSince(version, template)],
      upgradable: upgrade?.allowed ?? false,
      because: upgrade?.because ?? null,
    });
  }),

  upgradeProjectTemplate: onProject(O.upgradeProjectTemplate, async ({ project, actor, ports }) => {
    const begun = await upgradeTemplate(project.value, actor, ports);
    return begun.ok ? ok(undefined) : begun;
  }),
};
