import { PortError } from '../core/kernel/errors.ts';
import { isOlder, newerThanHere } from '../core/project/template-version.ts';
import { type StepContext, secretOf, stillOurs } from './step.ts';

/**
 * Applies the template's SQL, before a stack of that version is started: a newer database does for an older stack, never
 * the other way about. What is to be said of the project once the stack serves is noted.
 */
export async function furnishDatabase(context: StepContext): Promise<void> {
  const { stack, ports } = context;
  const { template } = stack;
  const { status, template_version } = context.project.value;
  const isNew = !(await ports.compute.isMade(stack));
  // What is being created has nothing that could be too new.
  if (isNew && status !== 'COMING_UP' && isOlder(template.version, template_version))
    throw new PortError(newerThanHere(template_version, template), {
      suggestion: 'Go back to a Baseplane that has this version.',
    });
  await ports.databases.bootstrap(stack, await secretOf(context));
  if (isNew) await noteComing(context);
}

async function noteComing(context: StepContext): Promise<void> {
  const { stack, ports } = context;
  for (let { project } = context; ; project = await stillOurs(context)) {
    const { template_version, coming_version } = project.value;
    const coming = stack.template.version === template_version ? null : stack.template.version;
    if (coming === coming_version) return;
    if ((await ports.projects.update(project, { ...project.value, coming_version: coming })).ok) return;
  }
}
