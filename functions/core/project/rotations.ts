import { ROTATED_SECRETS } from '../../contract/rotations.contract.ts';
import type { DomainError } from '../kernel/errors.ts';
import { type ProjectRef } from '../kernel/ids.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Table } from '../kernel/table.port.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import { readSecret } from './change-secret.ts';
import type { ProjectPorts } from './ports.ts';
import type { Project } from './project.ts';
import {
  ROTATING,
  ROTATIONS,
  type RotatedSecret,
  type Rotation,
  dueAt,
  inUseSince,
  isDue,
  rotationKey,
  rotationSchema,
  signingStep,
} from './rotation.ts';
import { isBehind } from './stack-number.ts';

export type RotationPorts = Pick<ProjectPorts, 'clock' | 'secrets'> & { readonly table: Table };

type EveryDays = { readonly [Secret in RotatedSecret]?: number | null | undefined };

async function rotationOf(ref: ProjectRef, { table, clock }: RotationPorts): Promise<Rotation> {
  const item = await table.get(rotationKey(ref));
  if (item !== undefined) return rotationSchema.parse(item.data);
  const none = { signing_key: null, database_password: null };
  return { ref, every_days: none, password_at: clock.now().toISOString() };
}

export async function allRotations(table: Table): Promise<readonly Rotation[]> {
  const found: Rotation[] = [];
  let cursor: string | undefined;
  do {
    const page = await table.query({ pk: ROTATING, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.items.map(({ data }) => rotationSchema.parse(data)));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

export async function keepRotation(rotation: Rotation, table: Table): Promise<void> {
  const item = { ...rotationKey(rotation.ref), data: { ...rotation } };
  await table.write([{ kind: 'put', if: 'any', item }]);
}

/** What is not named stays as it is. A password's time counts from when this was asked for. */
export async function changeRotations(
  project: Project,
  change: EveryDays,
  actor: Actor,
  ports: RotationPorts,
): Promise<void> {
  const { ref, organization } = project;
  const before = await rotationOf(ref, ports);
  const at = ports.clock.now();
  const every_days = {
    signing_key: change.signing_key === undefined ? before.every_days.signing_key : change.signing_key,
    database_password:
      change.database_password === undefined ? before.every_days.database_password : change.database_password,
  };
  const asked = before.every_days.database_password === null;
  const next = { ...before, every_days, password_at: asked ? at.toISOString() : before.password_at };
  await ports.table.write([
    { kind: 'put', if: 'any', item: { ...rotationKey(ref), data: next } },
    auditWrite({
      organization,
      action: 'project.rotations.change',
      subject: ref,
      actor,
      at,
      details: every_days,
    }),
  ]);
}

/** What is due of a project, and when. */
export async function describeRotations(
  project: Project,
  ports: RotationPorts,
): Promise<
  Result<
    {
      secret: RotatedSecret;
      means: string;
      every_days: number | null;
      last_at: string | null;
      due_at: string | null;
      step: ReturnType<typeof signingStep>['step'] | 'replace';
    }[],
    DomainError
  >
> {
  const secret = await readSecret(project, ports);
  if (!secret.ok) return secret;
  const { every_days, password_at } = await rotationOf(project.ref, ports);
  const now = ports.clock.now();
  const keys = secret.value.signing_keys;
  const last: Readonly<Record<RotatedSecret, string | null>> = {
    signing_key: inUseSince(keys),
    database_password: every_days.database_password === null ? null : password_at,
  };
  return ok(
    ROTATED_SECRETS.map((name) => {
      const every = every_days[name];
      const last_at = last[name];
      const known = { secret: name, means: ROTATIONS[name], every_days: every, last_at };
      if (every === null) return { ...known, due_at: null, step: 'rest' as const };
      const due_at = (last_at === null ? now : dueAt(last_at, every)).toISOString();
      if (name === 'database_password')
        return {
          ...known,
          due_at,
          step: isDue(last_at, every, now) ? ('replace' as const) : ('rest' as const),
        };
      const { step } = signingStep({ keys, everyDays: every, isBehind: isBehind(project), now });
      return { ...known, due_at, step };
    }),
  );
}
