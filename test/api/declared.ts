import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { OPERATIONS } from '../../functions/contract/index.ts';
import { openApi } from '../../functions/contract/openapi.ts';

const JSON_TYPE = 'application/json';

const document = openApi(OPERATIONS);
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema({ $id: 'api', components: document.components });

const places = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    method: method.toUpperCase(),
    // Where one path names a word and another a parameter in the same place, the word goes first.
    parameters: path.split('{').length,
    pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+').replaceAll('.', '\\.')}$`),
    operation,
  })),
);
places.sort((a, b) => a.parameters - b.parameters);

const validators = new Map<string, ValidateFunction>();

/** Why an answer of the API is not what its own document says; undefined when it is, or is not the API's. */
export function undeclared(
  method: string,
  url: string,
  answer: { readonly status: number; readonly text: string; readonly type?: string },
): string | undefined {
  const path = url.split('?')[0] ?? url;
  if (!/^\/(v1|v2|platform)\//.test(path)) return undefined;
  const operation = places.find((place) => place.method === method && place.pattern.test(path))?.operation;
  const declared = operation?.responses[String(answer.status)];
  if (method !== 'HEAD' && declared !== undefined && declared.content === undefined) {
    return answer.text === '' ? undefined : `${method} ${path} answers a body that is not declared`;
  }
  if (declared === undefined && answer.status < 400) {
    return `${method} ${path} answers ${answer.status}, which is not declared`;
  }
  // Nothing but a status and headers answers a HEAD, whatever became of it.
  if (method === 'HEAD') return answer.text === '' ? undefined : `${method} ${path} answers a body`;
  const mediaType = answer.type?.split(';')[0] ?? JSON_TYPE;
  if (declared !== undefined && mediaType !== JSON_TYPE) {
    return declared.content?.[mediaType] ? undefined : `${method} ${path} answers ${mediaType}, undeclared`;
  }
  const schema = declared?.content?.[JSON_TYPE]?.schema ?? { $ref: '#/components/schemas/Error' };
  const validate = validatorOf(
    `${operation?.operationId ?? ''} ${declared ? answer.status : 'error'}`,
    schema,
  );
  if (validate(JSON.parse(answer.text))) return undefined;
  return `${method} ${path} answers ${answer.status} in another shape: ${ajv.errorsText(validate.errors)}`;
}

function validatorOf(key: string, schema: unknown): ValidateFunction {
  const found = validators.get(key);
  if (found !== undefined) return found;
  const text = JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/');
  const validate = ajv.compile(JSON.parse(text));
  validators.set(key, validate);
  return validate;
}
