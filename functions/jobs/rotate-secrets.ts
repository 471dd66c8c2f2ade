import { systemActor } from '../core/organization/system-actor.ts';
import { type SecretPorts } from '../core/project/change-secret.ts';
import { changeDatabasePassword } from '../core/project/change-database-password.ts';
import type { KeyPairs } from '../core/project/key-pairs.port.ts';
import type { ProjectPorts } from '../core/project/ports.ts';
import type { Project } from '../core/project/project.ts';
import { newProjectSecret } from '../core/project/project-secret.ts';
import { type Rotation, isDue, rotationKey, signingStep } from '../core/project/rotation.ts';
import { allRotations, keepRotation } from '../core/project/rotations.ts';
import { createSigningKey, deleteSigningKey, updateSigningKey } from '../core/project/signing-keys.ts';
import { isBehind } from '../core/project/stack-number.ts';
import type { Table } from '../core/kernel/table.port.ts';

export type RotatePorts = SecretPorts &
  Pick<ProjectPorts, 'catalogue' | 'databases' | 'log'> & {
    readonly table: Table;
    readonly keyPairs: KeyPairs;
  };

/** No request made it, and no address. */
const ACTOR = systemActor({ ip: '', request_id: 'rotate-secrets' });

/** Takes the next step with each secret that is due. A project that does not run is left for later. */
export async function rotateSecrets(ports: RotatePorts): Promise<void> {
  for (const rotation of await allRotations(ports.table)) {
    const { ref } = rotation;
    try {
      const project = (await ports.projects.find(ref))?.value;
      if (project === undefined)
        await ports.table.write([{ kind: 'delete', key: rotationKey(ref), if: 'any' }]);
      if (project?.status !== 'ACTIVE_HEALTHY') continue;
      await rotateSigningKey(project, rotation, ports);
      await rotatePassword(project, rotation, ports);
    } catch (error) {
      ports.log.error('could not replace a secret', error, { project: ref });
    }
  }
}

async function rotateSigningKey(project: Project, rotation: Rotation, ports: RotatePorts): Promise<void> {
  const everyDays = rotation.every_days.signing_key;
  const secret = everyDays === null ? undefined : await ports.secrets.read(project.ref);
  if (everyDays === null || secret === undefined) return;
  const keys = secret.signing_keys;
  const next = signingStep({ keys, everyDays, isBehind: isBehind(project), now: ports.clock.now() });
  const done = await take(next, project, ports);
  if (!done.ok) throw new Error(done.error.message);
}

async function take(next: ReturnType<typeof signingStep>, project: Project, ports: RotatePorts) {
  switch (next.step) {
    case 'create':
      return createSigningKey(project, { algorithm: 'ES256', status: 'standby' }, ACTOR, ports);
    case 'use':
      return updateSigningKey(project, next.id, 'in_use', ACTOR, ports);
    case 'revoke':
      return updateSigningKey(project, next.id, 'revoked', ACTOR, ports);
    case 'delete':
      return deleteSigningKey(project, next.id, ACTOR, ports);
    case 'rest':
    case 'wait':
      return { ok: true } as const;
  }
}

/** Whoever dies before it is noted replaces it once more. */
async function rotatePassword(project: Project, rotation: Rotation, ports: RotatePorts): Promise<void> {
  const { clock, random, table } = ports;
  const everyDays = rotation.every_days.database_password;
  const now = clock.now();
  if (everyDays === null || !isDue(rotation.password_at, everyDays, now)) return;
  const { db_password } = newProjectSecret(project.ref, { now, random });
  const changed = await changeDatabasePassword(project, db_password, ACTOR, ports);
  if (!changed.ok) throw new Error(changed.error.message);
  await keepRotation({ ...rotation, password_at: now.toISOString() }, table);
}
