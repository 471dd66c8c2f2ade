import * as fc from 'fast-check';
import { z } from 'zod';
import type { Json } from '../../../functions/core/kernel/json.ts';
import type { DescribedOperation } from '../../../functions/contract/openapi.ts';
import { FORM_TYPE } from '../../../functions/contract/operation.ts';
import { EXAMPLES } from '../examples.ts';
import { nastyTexts, nastyValues, spoiled } from './spoiled.ts';
import { valuesOf } from './values.ts';

export interface FuzzedRequest {
  /** By the name of the parameter; where there is none, it names what is there. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Sent;
}

/** JSON, bytes of any kind, or the fields of a form, of which a list of strings is one of files. */
export type Sent =
  | { readonly json: Json }
  | { readonly text: string }
  | { readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly form: Json };

/** Requests that the document allows, apart from what is not there. */
export function validRequests(operation: DescribedOperation): fc.Arbitrary<FuzzedRequest> {
  return fc.record({
    path: fc.constant({}),
    query: queries(operation, (schema) => valuesOf(schema).map(textOf)),
    headers: fc.constant({}),
    ...bodies(operation, (values) => values),
  });
}

const CONTENT_TYPES = [
  '',
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/vnd.denoland.eszip',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
];

/** Requests of which something is wrong. */
export function spoiledRequests(operation: DescribedOperation): fc.Arbitrary<FuzzedRequest> {
  const named = operation.parameters.filter((parameter) => parameter.in === 'path');
  const path: Record<string, fc.Arbitrary<string>> = Object.fromEntries(
    named.map(({ name, schema }) => [name, fc.oneof(valuesOf(schema).map(textOf), nastyTexts)]),
  );
  const value = (schema: unknown) => fc.oneof(valuesOf(schema).map(textOf), nastyTexts);
  const headers = fc.record(
    {
      'idempotency-key': fc.stringMatching(/^[ -~]{0,300}$/),
      'content-type': fc.constantFrom(...CONTENT_TYPES),
    },
    { requiredKeys: [] },
  );
  return fc.record({
    path: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.record(path) }),
    query: fc.oneof(
      queries(operation, value),
      fc.constantFrom('?', '?%', '?%ff=%00', '?a=1&a=2', '?__proto__=1'),
    ),
    headers,
    ...bodies(operation, (values) => fc.oneof(spoiled(values), nastyValues)),
  });
}

function bodies(
  { operationId, requestBody }: DescribedOperation,
  change: (values: fc.Arbitrary<Json>) => fc.Arbitrary<Json>,
): { readonly body?: fc.Arbitrary<Sent> } {
  const [[type, content] = []] = Object.entries(requestBody?.content ?? {});
  if (content === undefined) return {};
  const known = z.json().optional().parse(EXAMPLES[operationId]?.body);
  const drawn = valuesOf(content.schema);
  const values = known === undefined ? drawn : fc.oneof(drawn, fc.constant(known));
  const changed = change(values);
  if (type === FORM_TYPE) return { body: changed.map((form) => ({ form })) };
  if (changed === values) return { body: values.map((json) => ({ json })) };
  return {
    body: fc.oneof(
      { weight: 6, arbitrary: changed.map((json) => ({ json })) },
      { weight: 1, arbitrary: values.map((json) => ({ text: JSON.stringify(json).slice(0, -1) })) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('', '[', '['.repeat(50_000), '{"a":1}{', 'nul').map((text) => ({ text })),
      },
      { weight: 1, arbitrary: fc.uint8Array().map((bytes) => ({ bytes: new Uint8Array(bytes) })) },
    ),
  };
}

/** A query string with some of the parameters, or all that are needed. */
function queries(
  { parameters }: DescribedOperation,
  value: (schema: unknown) => fc.Arbitrary<string>,
): fc.Arbitrary<string> {
  const asked = parameters.filter((parameter) => parameter.in === 'query');
  const model = Object.fromEntries(asked.map(({ name, schema }) => [name, value(schema)]));
  const requiredKeys = asked.filter(({ required }) => required).map(({ name }) => name);
  return fc.record(model, { requiredKeys }).map((fields) => {
    const text = new URLSearchParams(fields).toString();
    return text === '' ? '' : `?${text}`;
  });
}

const textOf = (value: Json) => (typeof value === 'string' ? value : JSON.stringify(value));
