import { expect, it } from 'vitest';
import { PROJECT_STATUSES } from '../../functions/contract/status.ts';
import { JobLedger } from '../../functions/core/jobs/job-ledger.ts';
import { readExposition } from '../../functions/core/usage/exposition.ts';
import { issueToken } from '../../functions/core/organization/issue-token.ts';
import { runJob } from '../../functions/jobs/run-job.ts';
import { People } from './people.ts';

async function installation() {
  const people = new People();
  const { owner, project } = await people.world.create();
  return { people, ref: project.ref, operator: await issueToken(owner.user, 'test', people.ports) };
}

it('tells the operator what the table knows, in the format that Prometheus reads', async () => {
  const { people, ref, operator } = await installation();
  const { ports } = people;
  const read = await ports.projects.find(ref);
  if (read === undefined) throw new Error('there is no project');
  const deadline = new Date(ports.clock.now().getTime() - 1000).toISOString();
  await ports.projects.update(read, { ...read.value, status: 'PAUSING', deadline });
  const ledger = new JobLedger(ports.table, ports.clock);
  await runJob('sweep', ports.clock.now(), async () => {}, { ...ports, ledger });
  const answer = await people.call(operator, 'GET', '/metrics');
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  const samples = readExposition(answer.text);
  const of = (name: string, labels: object) =>
    samples.find((each) => each.name === name && expect.objectContaining(labels).asymmetricMatch(each.labels))
      ?.value;
  const counted = (name: string) => samples.filter((each) => each.name === name);
  expect(counted('baseplane_projects').map(({ labels }) => labels['status'])).toEqual(PROJECT_STATUSES);
  expect(of('baseplane_projects', { status: 'PAUSING' })).toBe(1);
  expect(of('baseplane_projects_overdue', { status: 'PAUSING' })).toBe(1);
  expect(of('baseplane_projects_overdue', { status: 'INACTIVE' })).toBe(0);
  expect(of('baseplane_job_last_success_timestamp_seconds', { job_name: 'sweep' })).toBe(
    Date.parse((await ledger.find('sweep'))?.value.succeeded_at ?? '') / 1000,
  );
  expect(of('baseplane_job_consecutive_failures', { job_name: 'reconcile' })).toBe(0);
  expect(of('baseplane_build_info', { target: ports.target })).toBe(1);
  // Nothing that grows with projects or people.
  expect(answer.text).not.toContain(ref);
});

it('tells nobody else anything', async () => {
  const { people, operator } = await installation();
  const stranger = await people.call(undefined, 'GET', '/metrics');
  expect(stranger).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
  const other = await people.person('other@example.com');
  await people.organization(other);
  const refused = await people.call(other.token, 'GET', '/metrics');
  expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  const scoped = await people.scoped({ id: '', email: '', token: operator }, ['projects_read']);
  expect((await people.call(scoped, 'GET', '/metrics')).status).toBe(403);
});
