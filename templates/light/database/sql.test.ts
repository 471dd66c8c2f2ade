import { expect, test } from 'vitest';
import { type Sql, sqlBy } from './sql.ts';

/** What is sent, to a database that has nothing. */
async function sentBy(write: (sql: Sql) => PromiseLike<unknown>) {
  const sent: { text: string; values: unknown[] }[] = [];
  const sql = sqlBy(async (text, values) => {
    sent.push({ text, values });
    return Object.assign([], { count: 0 });
  });
  await write(sql);
  expect(sent.length).toBe(1);
  return sent[0];
}

test('values are parameters, and statements parts of others', async () => {
  const sent = await sentBy((sql) => {
    const recent = sql`age < ${5} and ${sql`name = ${'x'}`}`;
    return sql`select * from people where ${recent} order by ${sql('na"me')} limit ${1}`;
  });
  expect(sent).toEqual({
    text: 'select * from people where age < $1 and name = $2 order by "na""me" limit $3',
    values: [5, 'x', 1],
  });
});

test('lists and columns are written for the place that they stand in', async () => {
  expect(await sentBy((sql) => sql`insert into people ${sql({ id: 1, name: null })}`)).toEqual({
    text: 'insert into people ("id", "name") values ($1, $2)',
    values: [1, null],
  });
  expect(
    await sentBy((sql) => sql`update people set ${sql({ name: 'x' })} where id in ${sql([1, 2])}`),
  ).toEqual({
    text: 'update people set "name" = $1 where id in ($2, $3)',
    values: ['x', 1, 2],
  });
});
