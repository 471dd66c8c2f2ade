import { expect, test } from 'vitest';
import { keepTexts } from './plain-query.ts';

const keep = (query: string, ...names: string[]) => {
  const url = keepTexts(new URL(`http://project/rest/v1/t?${query}`), (name) => names.includes(name));
  return [...url.searchParams].map(([name, value]) => `${name}=${value}`).join('&');
};

test.each([
  ['a=eq.1.50', 'a=eq."1.50"'],
  ['a=eq.9007199254740993', 'a=eq."9007199254740993"'],
  ['a=eq.true', 'a=eq."true"'],
  ['a=not.eq.null', 'a=not.eq."null"'],
  ['a=gte.-1e5', 'a=gte."-1e5"'],
  ['a=in.(1,true,x,"2")', 'a=in.("1","true",x,"2")'],
  ['a=not.in.(1)', 'a=not.in.("1")'],
  ['rel.a=lt.5', 'rel.a=lt."5"'],
  ['a->>b=eq.3', 'a->>b=eq."3"'],
  ['or=(a.eq.1,b.not.eq.true)', 'or=(a.eq."1",b.not.eq."true")'],
  ['and=(or(a.eq.1,b.in.(1,2)),c.gt.3)', 'and=(or(a.eq."1",b.in.("1","2")),c.gt."3")'],
  ['rel.or=(a.eq.1,b.eq.2)', 'rel.or=(a.eq."1",b.eq."2")'],
])('%s keeps its texts', (query, kept) => {
  expect(keep(query)).toBe(kept);
});

test.each([
  'a=eq.text',
  'a=is.null',
  'a=is.true',
  'a=like.1*',
  'a=cs.{1,2}',
  'a=ov.[1,2)',
  'a=fts(english).1',
  'a=eq."1"',
  'a=eq.it,s(1)',
  'select=a,b:c::text,rel(count)',
  'limit=5&offset=10&order=a.desc',
  'rel.limit=1&rel.order=a',
  'columns=1,2&on_conflict=a',
  'or=(a.eq."x.eq.1,y",b.is.null)',
  'a=',
])('%s stays as it is', (query) => {
  expect(keep(query)).toBe(query);
});

test('arguments of a function are texts, too', () => {
  expect(keep('n=1.50&b=eq.1&c=eq.1', 'n', 'b')).toBe('n="1.50"&b=eq.1&c=eq."1"');
});
