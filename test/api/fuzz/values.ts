import * as fc from 'fast-check';
import { z } from 'zod';
import type { Json } from '../../../functions/core/kernel/json.ts';

/** The keywords that the API's own document uses. Another one has to be understood before it can be fuzzed. */
const schemaShape = z.strictObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.json()).optional(),
  const: z.json().optional(),
  pattern: z.string().optional(),
  format: z.string().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
  items: z.unknown().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  propertyNames: z.unknown().optional(),
  additionalProperties: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  allOf: z.array(z.unknown()).optional(),
  $ref: z.string().optional(),
  default: z.unknown().optional(),
  description: z.string().optional(),
  example: z.unknown().optional(),
  examples: z.unknown().optional(),
  deprecated: z.boolean().optional(),
  contentEncoding: z.string().optional(),
});

type Schema = z.infer<typeof schemaShape>;
type Values = fc.Arbitrary<Json>;

const anything: Values = fc.jsonValue().map((value) => z.json().parse(value));

/** More elements than this find nothing that fewer do not. */
const MOST_ITEMS = 4;
const LONGEST_TEXT = 80;

/** Values that a schema allows. */
export function valuesOf(schema: unknown): Values {
  if (schema === true) return anything;
  const parsed = schemaShape.parse(schema);
  const { $ref, anyOf, oneOf, enum: words, const: word } = parsed;
  const branches = anyOf ?? oneOf;
  // The document repeats itself only where it takes any JSON.
  if ($ref !== undefined) return anything;
  if (word !== undefined) return fc.constant(word);
  if (words !== undefined) return fc.constantFrom(...words);
  if (branches !== undefined) return fc.oneof(...branches.map((branch) => valuesOf(branch)));
  const types = typeof parsed.type === 'string' ? [parsed.type] : (parsed.type ?? ['any']);
  return fc.oneof(...types.map((type) => valuesOfType(type, parsed)));
}

function valuesOfType(type: string, schema: Schema): Values {
  switch (type) {
    case 'any':
      return anything;
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return fc.integer(between(schema));
    case 'string':
      return texts(schema);
    case 'array': {
      const { minItems = 0, maxItems = MOST_ITEMS } = schema;
      const maxLength = Math.max(minItems, Math.min(maxItems, MOST_ITEMS));
      return fc.array(valuesOf(schema.items ?? true), { minLength: minItems, maxLength });
    }
    case 'object':
      return objects(schema);
    default:
      throw new Error(`nothing makes values of the type ${type}`);
  }
}

const INT32 = 2 ** 31 - 1;

function between({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema) {
  const min = minimum ?? (exclusiveMinimum === undefined ? -INT32 : exclusiveMinimum + 1);
  const max = maximum ?? (exclusiveMaximum === undefined ? INT32 : exclusiveMaximum - 1);
  return { min: Math.max(min, -INT32), max: Math.max(min, Math.min(max, INT32)) };
}

function objects(schema: Schema): Values {
  const { properties = {}, required = [], additionalProperties, propertyNames } = schema;
  const model = Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, valuesOf(value)]));
  const declared = fc.record(model, { requiredKeys: required.filter((key) => key in model) });
  if (typeof additionalProperties !== 'object') return declared;
  const names = propertyNames === undefined ? fc.string() : texts(schemaShape.parse(propertyNames));
  const more = fc.dictionary(names, valuesOf(additionalProperties), { maxKeys: MOST_ITEMS });
  return fc.tuple(more, declared).map(([some, others]) => ({ ...some, ...others }));
}

const FORMATS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  uuid: fc.uuid(),
  email: fc.emailAddress(),
  'date-time': fc
    .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  uri: fc.webUrl(),
  ipv4: fc.ipV4(),
  ipv6: fc.ipV6(),
  cidrv4: fc.tuple(fc.ipV4(), fc.nat(32)).map(([address, bits]) => `${address}/${bits}`),
  cidrv6: fc.tuple(fc.ipV6(), fc.nat(128)).map(([address, bits]) => `${address}/${bits}`),
  binary: fc.string(),
};

/** Looking ahead is more than fast-check can, and nearly all of Unicode takes it seconds; such texts are drawn and tried. */
const NOT_MADE_FROM = /\(\?!|\\p\{|^\^\[\^[^\]]*\][*+]\$$/i;

function texts(schema: Schema): fc.Arbitrary<string> {
  const { format, minLength = 0, maxLength = Infinity, allOf = [] } = schema;
  const patterns = [schema, ...allOf.map((part) => schemaShape.parse(part))].flatMap(
    ({ pattern }) => pattern ?? [],
  );
  const expressions = patterns.map((pattern) => new RegExp(pattern, 'u'));
  const [first] = expressions.filter(({ source }) => !NOT_MADE_FROM.test(source));
  const length = { minLength, maxLength: Math.max(minLength, Math.min(maxLength, LONGEST_TEXT)) };
  const drawn =
    (format === undefined ? undefined : FORMATS[format]) ??
    (first === undefined ? fc.string({ unit: 'grapheme', ...length }) : fc.stringMatching(first));
  const long = drawn.map((text) =>
    text.length < minLength && text !== '' ? stretched(text, minLength) : text,
  );
  return long.filter(
    (text) =>
      text.length >= minLength && text.length <= maxLength && expressions.every((each) => each.test(text)),
  );
}

const stretched = (text: string, length: number) =>
  text.repeat(Math.ceil(length / text.length)).slice(0, length);
