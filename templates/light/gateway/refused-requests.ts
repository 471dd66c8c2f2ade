import { z } from 'zod';
import type { SettingReader } from '../settings/reader.ts';

const Setting = z.array(
  z.strictObject({ methods: z.array(z.string()).nullable(), path: z.string(), because: z.string() }),
);

/** Why a request is not to be answered; undefined: it is. */
export type RefusalOf = (method: string, path: string) => string | undefined;

/** Those that whoever runs the project has it refuse, because its plan has no more of what they take. */
export function readRefusedRequests(settings: SettingReader): RefusalOf {
  const given = settings.json('REFUSED_REQUESTS');
  const parsed = Setting.safeParse(given === undefined ? [] : given);
  const rules = (parsed.data ?? []).flatMap(({ methods, path, because }) => {
    const pattern = patternOf(path);
    return pattern === undefined ? [] : [{ methods, pattern, because }];
  });
  if (rules.length !== parsed.data?.length)
    settings.refuse('REFUSED_REQUESTS', 'must be a JSON list of methods, a pattern of paths and a reason.');
  return (method, path) =>
    rules.find(({ methods, pattern }) => (methods?.includes(method) ?? true) && pattern.test(path))?.because;
}

function patternOf(source: string): RegExp | undefined {
  try {
    return new RegExp(source);
  } catch {
    return undefined;
  }
}
