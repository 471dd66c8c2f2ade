import { expect, it } from 'vitest';
import { JobLedger } from '../../functions/core/jobs/job-ledger.ts';
import { issueToken } from '../../functions/core/organization/issue-token.ts';
import { runJob } from '../../functions/jobs/run-job.ts';
import { People } from './people.ts';

it('shows the operator, and nobody else, how the jobs fare', async () => {
  const people = new People();
  const { ports, world } = people;
  const { owner } = await world.create();
  const ledger = new JobLedger(ports.table, ports.clock);
  await runJob('sweep', ports.clock.now(), async () => {}, { ...ports, ledger });
  const operator = await issueToken(owner.user, 'test', ports);
  const answer = await people.call(operator, 'GET', '/platform/jobs');
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'sweep', state: 'ok', running: false, failures: 0 }),
      expect.objectContaining({ name: 'reconcile', state: 'waiting', last_started_at: null }),
    ]),
  );
  const other = await people.person('other@example.com');
  expect(await people.call(other.token, 'GET', '/platform/jobs')).toMatchObject({
    status: 403,
    body: { code: 'forbidden' },
  });
  const scoped = await people.scoped({ id: '', email: '', token: operator }, ['projects_read']);
  expect((await people.call(scoped, 'GET', '/platform/jobs')).status).toBe(403);
});
