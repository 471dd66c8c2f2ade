import { INSTANCE_SIZES, type InstanceSize } from '../../contract/regions.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { ProjectTemplate } from './template.ts';

/** The compute sizes that a project of the template can have, the smallest first. */
export function sizesOf({ sizes }: Pick<ProjectTemplate, 'sizes'>): InstanceSize[] {
  return INSTANCE_SIZES.filter((size) => size in sizes);
}

/** What a project has that asks for none. */
export const SMALLEST: InstanceSize = 'nano';

/** `field`: where the size was asked for. */
export function canHaveSize(
  template: Pick<ProjectTemplate, 'name' | 'sizes'>,
  size: InstanceSize,
  field: string,
): Result<undefined, DomainError> {
  const sizes = sizesOf(template);
  if (sizes.includes(size)) return ok(undefined);
  return fail('validation_failed', `A project of the template "${template.name}" cannot be ${size}.`, {
    field,
    suggestion: `It can be one of: ${sizes.join(', ')}.`,
  });
}
