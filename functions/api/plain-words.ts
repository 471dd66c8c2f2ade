import type { z } from 'zod';

type Issue = z.core.$ZodRawIssue;
type Part = Pick<z.core.$ZodIssue, 'path' | 'message'>;

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  null: 'null',
  object: 'an object',
  record: 'an object',
  string: 'a text',
};

const FORMATS: Readonly<Record<string, string>> = {
  base64: 'base64',
  cidrv4: 'a block of IPv4 addresses, such as "203.0.113.0/24"',
  cidrv6: 'a block of IPv6 addresses, such as "2001:db8::/32"',
  datetime: 'an instant in ISO 8601, such as "2026-01-31T12:00:00Z"',
  email: 'an e-mail address',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  url: 'a URL',
  uuid: 'a UUID',
};

const UNITS: Readonly<Record<string, readonly [one: string, more: string]>> = {
  array: ['entry', 'entries'],
  file: ['byte', 'bytes'],
  string: ['character', 'characters'],
};

/** More than these are looked up in the documentation sooner than read in a line. */
const MOST_VALUES = 25;

/** What is wrong with a value, said of it: "is missing", "must be a number". Undefined where nothing better is known. */
export function plainWords(issue: Issue): string | undefined {
  if (issue.input === undefined) return 'is missing';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return oneOf(issue.values.map((value) => JSON.stringify(value) ?? 'left out'));
    case 'too_small':
      return sized(
        issue.origin,
        issue.minimum,
        'at least',
        issue.inclusive === false ? 'more than' : 'at least',
      );
    case 'too_big':
      return sized(
        issue.origin,
        issue.maximum,
        'at most',
        issue.inclusive === false ? 'less than' : 'at most',
      );
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return `must be ${FORMATS[issue.format] ?? `as ${issue.pattern ?? issue.format}`}`;
    case 'invalid_union':
      return ofUnion(issue.errors.map((each) => each[0]));
    case 'invalid_key':
      return 'has a key that is not possible';
    case 'invalid_element':
      return 'has an entry that is not possible';
    case 'custom':
    case 'unrecognized_keys':
      return undefined;
  }
}

function oneOf(values: readonly string[]): string {
  const [first = 'something else', ...more] = values;
  if (more.length === 0) return `must be ${first}`;
  const shown = values.slice(0, MOST_VALUES).join(', ');
  return `must be one of ${shown}${values.length > MOST_VALUES ? ' and others' : ''}`;
}

function sized(origin: string, limit: number | bigint, length: string, size: string): string {
  const unit = UNITS[origin];
  if (unit === undefined) return `must be ${size} ${limit}`;
  if (length === 'at least' && limit === 1) return 'must not be empty';
  return `must have ${length} ${limit} ${limit === 1 ? unit[0] : unit[1]}`;
}

/** What each alternative says of the whole value; of those that fail deeper inside, the first one, with its place. */
function ofUnion(first: readonly (Part | undefined)[]): string | undefined {
  const issues = first.flatMap((issue) => issue ?? []);
  const whole = issues.filter(({ path }) => path.length === 0).map(({ message }) => message);
  const inside = issues.find(({ path }) => path.length > 0);
  if (inside !== undefined) return `is not right at ${inside.path.join('.')}, which ${inside.message}`;
  return whole.length === 0 ? undefined : [...new Set(whole)].join(', or ');
}
