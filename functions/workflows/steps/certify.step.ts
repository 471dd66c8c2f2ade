import type { TeardownCertificate } from '../../core/project/certificate.ts';
import { type Step, type StepContext, Superseded } from '../step.ts';

/** Steps whose completion the certificate vouches for. */
const DELETIONS: Readonly<Record<string, string>> = {
  'retract-route': 'address',
  'detach-hostnames': 'custom hostnames',
  'delete-stack': 'services',
  'delete-database': 'database',
  'delete-objects': 'stored files',
  'delete-secrets': 'keys and passwords',
};

/** In this order, so that a crash in between leaves the project to be found and certified again. */
export const certify: Step = {
  title: 'Issue the certificate',
  last: true,
  async run(context) {
    const { input, project, ports } = context;
    if ((await ports.projects.certificate(input.ref)) === undefined) {
      await ports.projects.saveCertificate(await certificateOf(context));
    }
    await ports.projects.forgetBelongings(input.ref);
    const removed = await ports.projects.remove(project);
    if (!removed.ok) throw new Superseded('the project was changed by others');
  },
};

async function certificateOf({ input, project, ports }: StepContext): Promise<TeardownCertificate> {
  const events = await ports.projects.events(input.ref, input.execution);
  const { ref, name, organization, created_at } = project.value;
  return {
    ref,
    name,
    organization,
    created_at,
    removed_at: ports.clock.now().toISOString(),
    deleted: events.flatMap(({ step, ended_at }) => {
      const what = DELETIONS[step];
      return what === undefined || ended_at === null ? [] : [{ what, at: ended_at }];
    }),
    remnants: 0,
  };
}
