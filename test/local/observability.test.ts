import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Sample, readExposition } from '../../functions/core/usage/exposition.ts';
import { Cloud, type Keys, until } from './cloud.ts';
import { askedBy } from './promql.ts';

const lineSchema = z.looseObject({
  time: z.iso.datetime(),
  level: z.enum(['info', 'warn', 'error']),
  message: z.string(),
});

const dashboardSchema = z.object({
  panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) })),
});

/** What Prometheus itself adds to each sample, and its own metric of a scrape. */
const OF_THE_SCRAPE = { labels: ['job', 'instance'], metrics: ['up'] };

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
if (!hasPromtool)
  console.info('promtool is not there: what it would check of metrics and rules is left out.');

let cloud: Cloud;
let ref: string;
let keys: Keys;
const pages = { operator: '', owner: '' };

async function page(path: string, authorization: string): Promise<string> {
  const answer = await fetch(`${cloud.url}${path}`, { headers: { authorization } });
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return answer.text();
}

const logged = () =>
  readFileSync(join(cloud.home, 'control-plane.log'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => lineSchema.parse(JSON.parse(line)));

beforeAll(async () => {
  cloud = await Cloud.start({ BASEPLANE_LOG: 'json' });
  ({ ref, keys } = await cloud.healthy('watched'));
  await cloud.sql(ref, 'create table t (id int)');
  // A slot for changes, so that its lag is there.
  const client = cloud.client(ref, keys.serviceRole);
  await new Promise<void>((resolve) => {
    const channel = client.channel('t').on('postgres_changes', { event: '*', schema: 'public' }, () => {});
    channel.on('system', {}, () => resolve()).subscribe();
  });
  await client.from('t').select();
  const secret = `Basic ${btoa(`service_role:${keys.secret}`)}`;
  pages.owner = await page(`/p/${ref}/customer/v1/privileged/metrics`, secret);
  await client.removeAllChannels();
  await cloud.call('POST', `/v1/projects/${ref}/pause`);
  await cloud.reaches(ref, 'INACTIVE');
  await cloud.client(ref, keys.serviceRole).from('t').select();
  await until('a job to have run', async () => {
    pages.operator = await page('/metrics', `Bearer ${cloud.local.access_token}`);
    return pages.operator.includes('baseplane_job_last_success_timestamp_seconds{') || undefined;
  });
});

afterAll(() => cloud.destroy());

describe('what is asked for', () => {
  const queriesIn = (file: string) =>
    dashboardSchema
      .parse(JSON.parse(readFileSync(file, 'utf8')))
      .panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr })));
  const rules = Array.from(
    readFileSync('docs/grafana/alerts.yaml', 'utf8').matchAll(/- alert: (\w+)\n\s+expr: (.+)\n/g),
    ([, title = '', expr = '']) => ({ title, expr }),
  );

  /** Names of metrics and labels that a scrape does not have. */
  function missing(queries: readonly { title: string; expr: string }[], samples: readonly Sample[]) {
    return queries.flatMap(({ title, expr }) => {
      const { metrics, labels } = askedBy(expr);
      const asked = metrics.filter((name) => !OF_THE_SCRAPE.metrics.includes(name));
      const found = asked.map((name) => samples.filter((sample) => sample.name === name));
      const known = new Set(found.flat().flatMap((sample) => Object.keys(sample.labels)));
      const absent = asked.filter((_, at) => found[at]?.length === 0);
      const unknown = labels.filter((label) => !known.has(label) && !OF_THE_SCRAPE.labels.includes(label));
      return [...absent, ...unknown].map((name) => `${title}: ${name}`);
    });
  }

  it('by the dashboards and the alerts is there, by name and by label', () => {
    const operator = readExposition(pages.operator);
    const owner = readExposition(pages.owner);
    const controlPlane = queriesIn('docs/grafana/control-plane.json');
    const project = queriesIn('docs/grafana/project.json');
    expect([controlPlane.length > 20, project.length > 20, rules.length]).toEqual([true, true, 10]);
    expect(missing(controlPlane, operator)).toEqual([]);
    expect(missing(project, owner)).toEqual([]);
    expect(missing(rules, [...operator, ...owner])).toEqual([]);
  });

  it('is found in a query, whatever is written around it', () => {
    const query = 'topk(5, sum by (a, le) (rate(x_total{b="sum(y)", c!~"z"}[5m])) / on (d) up) > 3 * time()';
    expect(askedBy(query)).toEqual({ metrics: ['x_total', 'up'], labels: ['b', 'c', 'a', 'le', 'd'] });
    const renamed = [{ title: 'Renamed', expr: 'sum by (gone) (absent_total)' }];
    expect(missing(renamed, readExposition(pages.operator))).toEqual([
      'Renamed: absent_total',
      'Renamed: gone',
    ]);
  });
});

describe('the numbers of the installation', () => {
  const valueOf = (name: string, labels: Record<string, string> = {}) =>
    readExposition(pages.operator)
      .filter((sample) => sample.name === `baseplane_${name}`)
      .find((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))?.value;

  it('count what has happened', () => {
    expect(valueOf('projects', { status: 'ACTIVE_HEALTHY' })).toBe(1);
    for (const workflow of ['provision', 'pause', 'resume'])
      expect(valueOf('workflow_executions_total', { workflow, result: 'succeeded' })).toBe(1);
    expect(valueOf('workflow_execution_duration_seconds_sum', { workflow: 'provision' })).toBeGreaterThan(0);
    expect(valueOf('http_requests_total', { operation: 'pauseProject', status: '2xx' })).toBe(1);
    expect(valueOf('gateway_requests_total', { service: 'rest', status: '2xx' })).toBe(2);
    expect(valueOf('gateway_wakes_total', { result: 'running' })).toBe(1);
    expect(valueOf('gateway_wake_duration_seconds_count')).toBeGreaterThanOrEqual(1);
    expect(valueOf('gateway_requests_open', { service: 'rest' })).toBe(0);
    expect(valueOf('table_calls_total', { call: 'get', result: 'ok' })).toBeGreaterThan(10);
    expect(valueOf('gateway_connections_open')).toBeGreaterThan(0);
  });

  it('have no label that grows with projects or people', () => {
    expect(pages.operator).not.toContain(ref);
    const names = new Set(readExposition(pages.operator).flatMap(({ labels }) => Object.keys(labels)));
    const closed = ['call', 'job_name', 'le', 'operation', 'result', 'service', 'status', 'workflow'];
    const ofTheProcess = ['kind', 'major', 'minor', 'patch', 'space', 'type', 'version', 'target'];
    expect([...names].filter((name) => ![...closed, ...ofTheProcess].includes(name))).toEqual([]);
  });

  it('are for nobody with a key of a project', async () => {
    for (const key of [keys.secret, keys.serviceRole]) {
      const answer = await fetch(`${cloud.url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
      expect(answer.status).toBe(401);
    }
  });

  it.runIf(hasPromtool)(
    'please promtool, as those of a project do but for the names that Supabase chose',
    () => {
      const checked = (input: string) =>
        spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
      expect(checked(pages.operator)).toMatchObject({ status: 0, stderr: '', stdout: '' });
      const complaints = checked(pages.owner).stderr.trim().split('\n');
      const ofStyle = /"_count" suffix|snake_case|abbreviated units/;
      expect(complaints.filter((complaint) => !ofStyle.test(complaint))).toEqual([]);
      execFileSync('promtool', ['check', 'rules', 'docs/grafana/alerts.yaml']);
    },
  );
});

describe('the log', () => {
  it('leads from the id that was answered to the request, and on to what it began', async () => {
    const refused = await cloud.call('POST', '/v1/projects', { name: 5 });
    const { request_id } = z.object({ request_id: z.string() }).parse(refused.body);
    expect(logged()).toContainEqual(
      expect.objectContaining({
        message: 'request',
        request_id,
        operation: 'POST /v1/projects',
        status: 400,
      }),
    );
    const paused = await cloud.call('POST', `/v1/projects/${ref}/pause`);
    await cloud.reaches(ref, 'INACTIVE');
    const id = paused.headers.get('x-request-id');
    const started = logged().find(
      (line) => line.message === 'execution started' && line['request_id'] === id,
    );
    expect(started).toMatchObject({
      workflow: 'pause',
      project: ref,
      operation: 'POST /v1/projects/{ref}/pause',
    });
    const { execution_id } = z.looseObject({ execution_id: z.string() }).parse(started);
    expect(logged()).toContainEqual(
      expect.objectContaining({
        message: 'execution ended',
        execution_id,
        project: ref,
        result: 'succeeded',
      }),
    );
  });

  it('says which request woke a project', () => {
    const woken = logged().find(
      (line) => line.message === 'execution started' && line['workflow'] === 'resume',
    );
    expect(woken).toMatchObject({ request_id: expect.any(String), project: ref });
    expect(woken).not.toHaveProperty('operation');
  });

  it('is printed too, line by line, where that is asked for', () => {
    const printed = cloud.output.trimEnd().split('\n');
    expect(printed.map((line) => lineSchema.parse(JSON.parse(line)).message)).toContain('Baseplane is ready');
    expect(printed.length).toBeGreaterThan(5);
  });
});
