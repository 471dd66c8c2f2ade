import type { IntrospectResult } from '@supabase/lite';
import { schemaOfType } from './types.ts';

type FunctionInfo = NonNullable<IntrospectResult['functions']>[number];

export function functionPaths(functions: readonly FunctionInfo[]): Record<string, object> {
  return Object.fromEntries(functions.map((info) => [`/rpc/${info.name}`, describeFunction(info)]));
}

function describeFunction(info: FunctionInfo): object {
  const { name, arg_names: names, arg_types: types, arg_defaults: defaults, volatility } = info;
  const given = names.map((argument, index) => ({
    name: argument,
    required: index < names.length - defaults,
    schema: schemaOfType(types[index] ?? ''),
  }));
  const tags = [`(rpc) ${name}`];
  const responses = { '200': { description: 'OK' } };
  const args = {
    name: 'args',
    in: 'body',
    required: true,
    schema: {
      type: 'object',
      required: given.filter(({ required }) => required).map((argument) => argument.name),
      properties: Object.fromEntries(given.map((argument) => [argument.name, argument.schema])),
    },
  };
  const query = given.map(({ name: argument, required, schema }) => ({
    name: argument,
    in: 'query',
    required,
    ...schema,
  }));
  return {
    post: { tags, parameters: [args], responses },
    // What may write cannot be called by GET.
    ...(volatility === 'v' ? {} : { get: { tags, parameters: query, responses } }),
  };
}
