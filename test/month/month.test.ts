import { expect, it } from 'vitest';
import { monthSchema, startOfHour } from '../../functions/core/usage/period.ts';
import { computeHoursOf } from '../../functions/core/usage/meters.ts';
import { plansByHour } from '../../functions/core/usage/plan-periods.ts';
import { rate } from '../../functions/core/usage/rate.ts';
import { statementOf } from '../../functions/core/usage/statement.ts';
import { seeded } from '../kills/seeded.ts';
import { DAY_MS, HOUR_MS, Simulation } from './simulation.ts';
import { tenants } from './tenants.ts';

const PROJECTS = 500;
const MONTH = monthSchema.parse('2026-01');
const HOURS = 31 * 24;
const END = Date.parse('2026-02-01T00:00:00Z');

it('counts, bills and pauses exactly what it should, through a month of crashes, delays and repetitions', async () => {
  const random = seeded(1);
  const month = new Simulation(random);
  await month.run(tenants(PROJECTS, 31 * DAY_MS, random), HOURS);
  await month.settle(HOURS);
  const { usage, oracle, world } = month;

  expect(month.wrongs).toEqual([]);
  expect(month.refs).toHaveLength(PROJECTS);
  expect(month.counts.pauses).toBeGreaterThan(PROJECTS / 5);

  for (const ref of month.refs) {
    const expected = oracle.totals(ref, END);
    expect((await usage.month(ref, MONTH)).totals).toEqual(expected);
    expect(await usage.recomputed(ref, MONTH)).toEqual(expected);
    const hours = await usage.hours(ref, MONTH);
    expect(
      new Map(hours.map(({ hour, amounts }) => [startOfHour(hour).getTime() / HOUR_MS, amounts])),
    ).toEqual(oracle.hours(ref, END));
  }

  world.pass(4 * DAY_MS);
  for (const slug of month.organizations) {
    const organization = await world.ports.organizations.organization(slug);
    const projects = await world.ports.projects.ofOrganization(slug);
    if (organization === undefined) throw new Error('an organization is lost');
    const statement = await statementOf(organization, MONTH, { ...world.ports, usage });
    const plans = plansByHour(organization.plan, [], MONTH);
    const used = projects.map(({ ref, name, size }) => {
      const ran = oracle.hoursRun(ref, END).size;
      const compute = organization.plan === 'free' ? {} : { [computeHoursOf(size)]: ran };
      return { ref, name, totals: oracle.totals(ref, END), compute };
    });
    const byRef = used.toSorted((a, b) => (a.ref < b.ref ? -1 : 1));
    expect(statement).toEqual({
      month: MONTH,
      status: 'final',
      ...rate({ month: MONTH, plans, projects: byRef }),
    });
  }
  console.log('a month of', PROJECTS, 'projects:', month.counts, 'with', month.mishaps);
}, 300_000);
