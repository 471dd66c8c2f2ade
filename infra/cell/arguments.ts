import { parseArgs } from 'node:util';
import { z } from 'zod';
import { err, ok } from '../../functions/core/kernel/result.ts';
import type { Result } from '../../functions/core/kernel/result.ts';
import { cellSettingsSchema } from './settings.ts';
import type { CellSettings } from './settings.ts';

export const USAGE = `node infra/cell/synthesize.ts --stage production --cell euc1 --region eu-central-1 \\
    --root-domain example.com --hosted-zone-id Z0123456789ABC --wake-url https://api.example.com \\
    [--cidr 10.0.0.0/16] [--default-cell] [--part cell|postgres-gateway] [--out file]`;

/** The option that gives each setting. */
const OPTIONS = {
  stage: 'stage',
  cell: 'cell',
  region: 'region',
  rootDomain: 'root-domain',
  hostedZoneId: 'hosted-zone-id',
  wakeUrl: 'wake-url',
  cidr: 'cidr',
  defaultCell: 'default-cell',
} as const satisfies Record<keyof CellSettings, string>;

const optionOf = new Map<PropertyKey, string>(Object.entries(OPTIONS));

/** Which of a cell's templates. */
const partSchema = z.enum(['cell', 'postgres-gateway']);

export interface Arguments {
  readonly settings: CellSettings;
  readonly part: z.infer<typeof partSchema>;
  /** Where the template goes; standard output if not given. */
  readonly out: string | undefined;
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  return parseArgs({
    args,
    options: {
      stage: text,
      cell: text,
      region: text,
      'root-domain': text,
      'hosted-zone-id': text,
      'wake-url': text,
      cidr: { type: 'string', default: '10.0.0.0/16' },
      'default-cell': { type: 'boolean', default: false },
      part: { type: 'string', default: 'cell' },
      out: text,
    },
  }).values;
}

/** Reads a command line; the error has a line for each thing wrong with it. */
export function readArguments(args: string[]): Result<Arguments, readonly string[]> {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    if (error instanceof TypeError && 'code' in error) return err([error.message]);
    throw error;
  }
  const given = Object.entries(OPTIONS).map(([setting, option]) => [setting, values[option]]);
  const settings = cellSettingsSchema.safeParse(Object.fromEntries(given));
  const part = partSchema.safeParse(values.part);
  if (!part.success) return err(['--part must be cell or postgres-gateway']);
  if (settings.success) return ok({ settings: settings.data, part: part.data, out: values.out });
  return err(
    settings.error.issues.map(({ path, message }) => {
      const [setting] = path;
      const option = setting === undefined ? undefined : optionOf.get(setting);
      const missing = given.some(([name, value]) => name === setting && value === undefined);
      return `--${option} ${missing ? 'is missing' : message}`;
    }),
  );
}
