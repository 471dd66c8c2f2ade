import { expect, test } from 'vitest';
import { asWished, formOf } from './forms.ts';
import { planWishOf } from './plans.ts';

const rows = [
  { columns: ['id', 'name'], text: '(1,"a, b")' },
  { columns: ['id', 'name'], text: '(2,)' },
];

test.each([
  ['text/csv', 'text/csv; charset=utf-8'],
  ['Text/CSV; charset=utf-8', 'text/csv; charset=utf-8'],
  ['application/geo+json, application/json', 'application/geo+json; charset=utf-8'],
  ['application/json, text/csv', undefined],
  ['*/*', undefined],
  [null, undefined],
])('who accepts %s gets %s', (accept, contentType) => {
  expect(formOf(accept)?.contentType).toBe(contentType);
});

const wishing = (accept: string) => ({ form: formOf(accept), plan: undefined });

test.each([
  ['text/csv', rows, 'id,name\n1,"a, b"\n2,'],
  ['text/csv', [], '\n'],
  [
    'application/geo+json',
    [{ columns: [], text: '{}' }],
    '{"type" : "FeatureCollection", "features" : [{}]}',
  ],
])('rows as %s', async (accept, formed, body) => {
  const json = new Response('[]', { status: 206, headers: { 'content-length': '2' } });
  const answer = asWished(json, { wishes: wishing(accept), found: { formed } });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([206, `${accept}; charset=utf-8`]);
  expect(await answer.text()).toBe(body);
});

test('an error, an answer without rows and one that wanted JSON stay what they are', () => {
  const unchanged = [
    { response: Response.json({}, { status: 400 }), accept: 'text/csv', found: { formed: rows } },
    { response: new Response(null, { status: 204 }), accept: 'text/csv', found: { formed: rows } },
    { response: Response.json([]), accept: 'text/csv', found: {} },
    { response: Response.json([]), accept: 'application/json', found: { formed: rows } },
  ];
  for (const { response, accept, found } of unchanged)
    expect(asWished(response, { wishes: wishing(accept), found })).toBe(response);
});

test('a plan is the answer whatever lite made of the rows that it did not get', async () => {
  const plan = planWishOf('application/vnd.pgrst.plan+text');
  const answer = asWished(Response.json({}, { status: 406 }), {
    wishes: { form: undefined, plan },
    found: { plan: 'Seq Scan' },
  });
  expect([answer.status, await answer.text()]).toEqual([200, 'Seq Scan']);
});
