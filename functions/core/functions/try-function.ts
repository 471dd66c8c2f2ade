import { z } from 'zod';
import { TransientError } from '../kernel/errors.ts';
import type { ProjectRef } from '../kernel/ids.ts';
import { type Result, err, ok } from '../kernel/result.ts';
import type { PublishedFunction } from '../project/function-files.port.ts';
import type { Services } from '../project/services.port.ts';
import { type ServicePassword, serviceKey } from './service-key.ts';

/** A bundle that was put, as it would be published. */
type Candidate = Pick<PublishedFunction, 'slug' | 'bundle' | 'entrypoint_path' | 'import_map_path'>;

const refusalSchema = z.object({ message: z.string() });

/**
 * Lets the running services of a project start a bundle where it will run, and stop it again.
 * @returns why it did not come to serve, in the words of its runtime
 * @throws {TransientError} it could not be tried
 */
export async function tryFunction(
  ref: ProjectRef,
  secret: ServicePassword,
  { import_map_path, ...candidate }: Candidate,
  { services }: { readonly services: Services },
): Promise<Result<void, string>> {
  const query = new URLSearchParams({
    ...candidate,
    ...(import_map_path === null ? {} : { import_map_path }),
  });
  const headers = { 'x-trial-key': serviceKey(ref, secret, 'function trial').toString('hex') };
  const answer = await services.get(ref, `/functions/v1/_internal/trial?${query.toString()}`, headers);
  if (answer.status === 200) return ok(undefined);
  if (answer.status === 422) return err(refusalSchema.parse(JSON.parse(answer.body)).message);
  throw new TransientError(`A function of ${ref} cannot be tried now: its services answer ${answer.status}.`);
}
