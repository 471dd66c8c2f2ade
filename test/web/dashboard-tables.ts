import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { until } from '../local/cloud.ts';
import { type Desk, named, writeSql } from './dashboard.ts';

/** Of the SQL editor and the tables. */
export function tablePages(of: () => Desk): void {
  it('says what is wrong with SQL, cancels what takes too long, and writes nothing where it is read only', () =>
    of().inPage(of().at('/projects/{ref}/sql'), async (page) => {
      await writeSql(page, 'select * from no_such_table');
      await named(page, 'Run').click();
      await page.getByRole('alert').getByText('no_such_table').first().waitFor();
      await writeSql(page, 'select pg_sleep(50)');
      await named(page, 'Run').click();
      await until('the query to run', async () => {
        const running = await of().cloud.sql(
          of().ref,
          `select 1 from pg_stat_activity where query like 'select pg_sleep(50)%' and state = 'active'`,
        );
        return Array.isArray(running) && running.length > 0 ? true : undefined;
      });
      await named(page, 'Cancel').click();
      await page
        .getByRole('alert')
        .getByText(/cancel/i)
        .first()
        .waitFor();
      await page.getByLabel('Read only').check();
      await writeSql(page, 'delete from todos');
      await named(page, 'Run').click();
      await page
        .getByRole('alert')
        .getByText(/read-only/i)
        .first()
        .waitFor();
      expect(await of().cloud.sql(of().ref, 'select count(*)::int as n from todos')).toEqual([{ n: 120 }]);
    }));

  it('keeps SQL under a name', () =>
    of().inPage(of().at('/projects/{ref}/sql'), async (page) => {
      await writeSql(page, `select 1 as one, 'a "b", c' as two, null as three`);
      await page.keyboard.press('Control+Enter');
      const downloaded = page.waitForEvent('download');
      await named(page, 'Download CSV').click();
      const file = await (await downloaded).path();
      expect(await readFile(file, 'utf8')).toBe('one,two,three\r\n1,"a ""b"", c",\r\n');
      await named(page, 'Save').click();
      await page.getByLabel('Name').fill('The one');
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await page.getByRole('link', { name: 'The one' }).waitFor();
      await page.reload();
      await page.getByRole('textbox', { name: 'SQL' }).getByText('select 1 as one').waitFor();
      await page.getByRole('button', { name: 'Save', disabled: true }).waitFor();
      await writeSql(page, 'select 2 as two');
      await page.getByText('Changes to The one are not saved.').waitFor();
      await named(page, 'Save').click();
      await page.getByText('Changes to The one are not saved.').waitFor({ state: 'detached' });
    }));

  it('shows, sorts, filters and edits rows', () =>
    of().inPage(of().at('/projects/{ref}/tables?schema=public&table=todos'), async (page) => {
      await page.getByText('1 to 50 of 120').waitFor();
      await named(page, 'Next page').click();
      await page.getByText('51 to 100 of 120').waitFor();
      await page.getByRole('button', { name: /^id/ }).click();
      await page.getByRole('button', { name: /^id/ }).click();
      await page.getByRole('cell', { name: '120', exact: true }).waitFor();
      const filter = page.getByRole('form', { name: 'Filter' });
      await filter.getByLabel('Value').fill('7');
      await named(page, 'Filter').click();
      await page.getByText('1 to 1 of 1').waitFor();
      await page.getByRole('cell', { name: 'Task 7', exact: true }).getByRole('button').click();
      await page.getByRole('textbox', { name: 'title' }).fill('Task "seven"');
      await page.keyboard.press('Enter');
      await page.getByRole('cell').getByRole('button', { name: 'Task "seven"' }).waitFor();
      expect(await of().cloud.sql(of().ref, 'select title from todos where id = 7')).toEqual([
        { title: 'Task "seven"' },
      ]);
      await named(page, 'Delete row').click();
      const dialog = page.getByRole('dialog', { name: 'Delete the row 7?' });
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await named(page, 'Delete row').click();
      await dialog.getByRole('button', { name: 'Delete' }).click();
      await page.getByText('No rows').waitFor();
      expect(await of().cloud.sql(of().ref, 'select id from todos where id = 7')).toEqual([]);
    }));

  it('makes a table with a column, a row and a policy, behind row-level security', () =>
    of().inPage(of().at('/projects/{ref}/tables'), async (page) => {
      await named(page, 'New table').first().click();
      await page.getByLabel('Name of the table').fill('people');
      await page.getByLabel('Column 1', { exact: true }).fill('name');
      await named(page, 'Create table').click();
      await page.getByText('On: the API shows what a policy permits.').waitFor();
      await named(page, 'Column').click();
      await page.getByRole('dialog').getByLabel('Name').fill('age');
      await page.getByRole('dialog').getByLabel('Type').selectOption('integer');
      await named(page, 'Add column').click();
      await page.getByRole('columnheader', { name: /^age/ }).waitFor();
      await named(page, 'Row').click();
      await page.getByRole('dialog').getByLabel('name', { exact: true }).fill('Ada');
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await page.getByRole('cell', { name: 'Ada' }).waitFor();
      await named(page, 'Policy').click();
      await page.getByLabel('Name of the policy').fill('all may read');
      await page.getByLabel('Whom').selectOption('anon');
      await named(page, 'Add policy').click();
      await page.getByRole('cell', { name: 'all may read', exact: true }).waitFor();
      const { anon } = await of().cloud.keys(of().ref);
      const { data } = await of().cloud.client(of().ref, anon).from('people').select('name, age');
      expect(data).toEqual([{ name: 'Ada', age: null }]);
    }));
}
