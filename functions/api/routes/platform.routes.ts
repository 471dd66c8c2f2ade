import { platformOperations } from '../../contract/platform.contract.ts';
import { ok } from '../../core/kernel/result.ts';
import { beginTransition } from '../../core/project/begin-transition.ts';
import { monthlyCost, monthlyCostOfTools } from '../../core/project/monthly-cost.ts';
import { type Route, onCaller, onCertificate, onProject, open } from '../route.ts';

const O = platformOperations;

export const platformRoutes: Record<keyof typeof platformOperations, Route> = {
  getHealth: open(O.getHealth, async () => ok({ status: 'ok' as const })),

  listTemplates: onCaller(O.listTemplates, async ({ ports: { catalogue, target } }) =>
    ok(
      catalogue.templates
        .filter(({ targets }) => targets.includes(target))
        .map((template) => ({
          name: template.name,
          version: template.version,
          description: template.description,
          services: [...template.services],
          features: [...template.offers],
          standard: template.name === catalogue.standard,
          tools: template.tools === undefined ? null : { monthly_cost: monthlyCostOfTools(template.tools) },
          monthly_cost: monthlyCost(template, target),
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
