import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { OPERATIONS } from './index.ts';
import { openApi } from './openapi.ts';

const document = openApi(OPERATIONS);

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const verdict = await new Validator().validate(JSON.parse(JSON.stringify(document)));
    expect(verdict).toMatchObject({ valid: true });
  });

  it('describes each operation where it is served', () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => `${operationId} ${method} ${path}`),
    );
    const served = Object.entries(OPERATIONS).map(
      ([id, { method, path }]) => `${id} ${method.toLowerCase()} ${path}`,
    );
    expect(new Set(described)).toEqual(new Set(served));
  });

  it('tells what is asked, what is answered and who may ask', () => {
    expect(document.paths['/v1/projects/{ref}']?.['patch']).toMatchObject({
      parameters: [{ name: 'ref', in: 'path', required: true, schema: { pattern: '^[a-z]{20}$' } }],
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { required: ['name'], additionalProperties: false } } },
      },
      responses: {
        200: { content: { 'application/json': { schema: { required: ['id', 'ref', 'name'] } } } },
        default: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
      },
      'x-permission': 'project_admin_write',
    });
  });

  it('finds every definition that it refers to', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(0);
    for (const [, name] of references) expect(Object.keys(document.components.schemas)).toContain(name);
  });

  it('says of what is not to be had why', () => {
    expect(document.paths['/v1/oauth/token']?.['post']).toMatchObject({
      'x-status': '501',
      'x-reason': expect.stringContaining('access token'),
    });
  });
});
