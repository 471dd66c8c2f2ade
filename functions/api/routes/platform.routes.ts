import { platformOperations } from '../../contract/platform.contract.ts';
import { ok } from '../../core/kernel/result.ts';
import { beginTransition } from '../../core/project/begin-transition.ts';
import { type Route, onCaller, onCertificate, onProject, open } from '../route.ts';

const O = platformOperations;

export const platformRoutes: Record<keyof typeof platformOperations, Route> = {
  getHealth: open(O.getHealth, async () => ok({ status: 'ok' as const })),

  listTemplates: onCaller(O.listTemplates, async ({ ports: { catalogue } }) =>
    ok(
      catalogue.templates.map(({ name, version, description, services, offers }) => ({
        name,
        version,
        description,
        services: [...services],
        features: [...offers],
        standard: name === catalogue.standard,
      })),
    ),
  ),

  listProjectEvents: onProject(O.listProjectEvents, async ({ project, ports }) =>
    ok([...(await ports.projects.events(project.value.ref))]),
  ),

  retryProject: onProject(O.retryProject, async ({ project, actor, ports }) => {
    const begun = await beginTransition(project.value.ref, 'provision', actor, ports);
    return begun.ok ? ok(undefined) : begun;
  }),

  getCertificate: onCertificate(O.getCertificate, async ({ certificate }) => ok(certificate)),
};
