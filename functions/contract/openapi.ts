import { z } from 'zod';
import { errorBody } from './errors.ts';
import { FORM_TYPE, type Operation, none } from './operation.ts';

const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain';

type Schema = z.core.JSONSchema.BaseSchema;

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: unknown;
}

/** Schemas by media type. */
type Content = Readonly<Record<string, { readonly schema: unknown }>>;

interface Answer {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly schema: unknown }>>;
  readonly content?: Content;
}

export interface DescribedOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Content;
  };
  readonly responses: Readonly<Record<string, Answer>>;
  /** `501` where the operation is declared and not to be had; the reason beside it. */
  readonly 'x-status'?: '501';
  readonly 'x-reason'?: string;
  /** The permission that the caller's role and token must hold. */
  readonly 'x-permission'?: string;
}

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, unknown>>;
    readonly securitySchemes: Readonly<Record<string, unknown>>;
  };
}

/** The public API as an OpenAPI 3.1 document, made of the same declarations that requests are checked by. */
export function openApi(operations: Readonly<Record<string, Operation>>): OpenApiDocument {
  const schemas: Record<string, unknown> = {};
  const schemaOf = (name: string, schema: z.ZodType, io: 'input' | 'output') =>
    hoist(z.toJSONSchema(schema, { io, unrepresentable: 'any' }), name, schemas);
  schemas['Error'] = schemaOf('Error', errorBody, 'output');
  const paths: Record<string, Record<string, DescribedOperation>> = {};
  for (const [id, operation] of Object.entries(operations)) {
    const { method, path } = operation;
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(id, operation, schemaOf) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Baseplane Management API',
      version: '1.0.0',
      description: "Supabase's Management API at /v1 and /v2; what is beyond it at /platform.",
    },
    paths,
    components: {
      schemas,
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An access token, or an ID token of the issuer.',
        },
      },
    },
  };
}

type SchemaOf = (name: string, schema: z.ZodType, io: 'input' | 'output') => unknown;

function describe(id: string, operation: Operation, schemaOf: SchemaOf): DescribedOperation {
  const { policy, body, response, notImplemented } = operation;
  const taken = body === none ? undefined : schemaOf(`${id}Body`, body, 'input');
  const given = response === none ? undefined : schemaOf(`${id}Response`, response, 'output');
  return {
    operationId: id,
    summary: operation.summary,
    tags: [tagOf(operation.path)],
    security: policy.on === 'public' ? [] : [{ bearer: [] }],
    parameters: [
      ...parametersOf(operation.params, 'path'),
      ...(notImplemented === undefined ? parametersOf(operation.query, 'query') : []),
    ],
    ...(taken === undefined || notImplemented !== undefined
      ? {}
      : {
          requestBody: {
            required: !body.safeParse(undefined).success,
            content: { [operation.form === undefined ? JSON_TYPE : FORM_TYPE]: { schema: taken } },
          },
        }),
    responses: {
      ...(notImplemented === undefined ? { [operation.status]: answer('Done', given, operation) } : {}),
      default: answer('It was not done, and why', { $ref: '#/components/schemas/Error' }),
    },
    ...(notImplemented === undefined ? {} : { 'x-status': '501' as const, 'x-reason': notImplemented }),
    ...('permission' in policy ? { 'x-permission': policy.permission } : {}),
  };
}

function answer(
  description: string,
  schema: unknown,
  { answers, answersForm }: Pick<Operation, 'answers' | 'answersForm'> = {},
): Answer {
  if (schema === undefined) return { description };
  if (answers === 'text' || answers === 'exposition')
    return { description, content: { [TEXT_TYPE]: { schema } } };
  if (answers !== undefined) return { description, headers: { [answers.header]: { schema } } };
  const form = answersForm === undefined ? {} : { [FORM_TYPE]: { schema } };
  return { description, content: { [JSON_TYPE]: { schema }, ...form } };
}

function parametersOf(schema: z.ZodType, place: 'path' | 'query'): readonly Parameter[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = typeof property === 'object' ? property : {};
    return {
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
}

/** What an operation is about: the resource, or the part of a project that its path names. */
function tagOf(path: string): string {
  const [, , resource = 'api', , part] = path.split('/');
  return (resource === 'projects' && part !== undefined ? part : resource)
    .replaceAll('{', '')
    .replaceAll('}', '');
}

/** Moves a schema's own definitions to the document's, where references from anywhere find them. */
function hoist(schema: Schema, name: string, schemas: Record<string, unknown>): unknown {
  const { $schema: _dialect, $defs, ...rest } = schema;
  const place = (key: string) => `${name}_${key.replaceAll('_', '')}`;
  const moved = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(moved);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(
      Object.entries(part).map(([key, value]) =>
        key === '$ref' && typeof value === 'string'
          ? [key, value.replace(/^#\/\$defs\/(.+)$/, (_, at: string) => `#/components/schemas/${place(at)}`)]
          : [key, moved(value)],
      ),
    );
  };
  for (const [key, definition] of Object.entries($defs ?? {})) schemas[place(key)] = moved(definition);
  return moved(rest);
}
