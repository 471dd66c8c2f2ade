import { z } from 'zod';

export type SettingValue = string | number | boolean | null;

/** One setting of a project as data: what it takes, what it is until somebody changes it, and how it is shown. */
export interface Setting {
  readonly kind: 'flag' | 'text' | 'integer' | 'number';
  readonly fallback: SettingValue;
  /** Its value rests with the project's keys; answers show a digest of it. */
  readonly secret?: true;
  /** Shown, and for nobody to change. */
  readonly fixed?: true;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  readonly format?: 'email' | 'date-time';
  readonly choices?: readonly string[];
}

export type SettingTable = Readonly<Record<string, Setting>>;

type Limits = Pick<Setting, 'min' | 'max'>;

export const flag = (fallback: boolean | null): Setting => ({ kind: 'flag', fallback });

export const text = (
  fallback: string | null,
  more: Pick<Setting, 'pattern' | 'format' | 'choices'> = {},
): Setting => ({ kind: 'text', fallback, ...more });

export const integer = (fallback: number | null, limits: Limits = {}): Setting => ({
  kind: 'integer',
  fallback,
  ...limits,
});

export const secret: Setting = { kind: 'text', fallback: null, secret: true };

export const fixed = (setting: Setting): Setting => ({ ...setting, fixed: true });

/** Postgres and the AWS APIs take no NUL, and nothing that is set is longer. */
const MAX_TEXT = 100_000;

function valueSchema(setting: Setting): z.ZodType<string | number | boolean> {
  const { kind, choices, format, max, min, pattern } = setting;
  if (kind === 'flag') return z.boolean();
  if (kind === 'integer')
    return z
      .int()
      .min(min ?? -2_147_483_648)
      .max(max ?? 2_147_483_647);
  if (kind === 'number')
    return z
      .number()
      .min(min ?? 0)
      .max(max ?? Number.MAX_SAFE_INTEGER);
  if (choices !== undefined) return z.enum(choices);
  if (format === 'email') return z.email();
  if (format === 'date-time') return z.iso.datetime({ offset: true });
  const plain = z
    .string()
    .max(MAX_TEXT)
    .regex(/^[^\0]*$/, 'must not hold NUL');
  return pattern === undefined ? plain : plain.regex(pattern);
}

/** What a change may say; null takes a setting back to what it is by itself. */
export function changeShape(table: SettingTable): Record<string, z.ZodType<SettingValue | undefined>> {
  const changeable = Object.entries(table).filter(([, setting]) => setting.fixed !== true);
  return Object.fromEntries(
    changeable.map(([name, setting]) => [name, valueSchema(setting).nullable().optional()]),
  );
}

const SHOWN = { flag: z.boolean(), text: z.string(), integer: z.int(), number: z.number() } as const;

export function answerShape(table: SettingTable): Record<string, z.ZodType<SettingValue>> {
  return Object.fromEntries(
    Object.entries(table).map(([name, { kind, fallback }]) => [
      name,
      fallback === null ? SHOWN[kind].nullable() : SHOWN[kind],
    ]),
  );
}
