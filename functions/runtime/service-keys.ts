import { internalKeys } from '../../templates/full/internal-keys.ts';
import { projectKeys } from '../../templates/full/project-keys.ts';
import type { ProjectSecret } from '../core/project/project-secret.ts';
import { stackKeys } from '../core/project/stack-keys.ts';

/** All that a project's containers are told of its keys and among themselves. */
export function serviceKeys(secret: ProjectSecret): Readonly<Record<string, string>> {
  const keys = stackKeys(secret);
  return { ...keys, ...internalKeys(secret.service_password), ...projectKeys(secret, keys) };
}
