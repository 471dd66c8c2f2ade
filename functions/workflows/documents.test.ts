import aslValidator from 'asl-validator';
import { describe, expect, it } from 'vitest';
import type { ProjectStatus } from '../contract/status.ts';
import { TRANSITIONAL, deadlineOf } from '../core/project/life-cycle.ts';
import { WORKFLOWS } from '../core/project/workflows.port.ts';
import { DRIVEN_BY } from '../jobs/reconcile.ts';
import type { State, StateMachine, TaskState } from './asl.ts';
import { DOCUMENTS } from './documents.ts';
import { DATABASE, LOGS, RECOVERY, STACK, TRANSIENT, worstCaseSeconds } from './retry-policies.ts';
import { STEPS, isStepName } from './steps.ts';

function tasksOf(machine: StateMachine): readonly (readonly [string, TaskState])[] {
  return Object.entries(machine.States).flatMap(
    ([name, state]): readonly (readonly [string, TaskState])[] => {
      if (state.Type === 'Task') return [[name, state]];
      return state.Type === 'Parallel' ? state.Branches.flatMap(tasksOf) : [];
    },
  );
}

const nextOf = (state: State): readonly string[] => [
  ...('Next' in state ? [state.Next] : []),
  ...('Choices' in state ? [state.Default, ...state.Choices.map((each) => each.Next)] : []),
  ...('Catch' in state && state.Catch !== undefined ? state.Catch.map((each) => each.Next) : []),
];

describe.each(WORKFLOWS)('the %s document', (workflow) => {
  const document = DOCUMENTS[workflow];
  const tasks = tasksOf(document);

  it('is valid ASL', () => {
    const { isValid, errors } = aslValidator(JSON.parse(JSON.stringify(document)), {
      checkPaths: true,
      checkArn: true,
    });
    expect(errors).toEqual([]);
    expect(isValid).toBe(true);
  });

  it('names only steps that exist, under its own name', () => {
    for (const [, task] of tasks) {
      expect(isStepName(task.Parameters.Payload.step)).toBe(true);
      expect(task.Parameters.Payload.workflow).toBe(workflow);
    }
  });

  it('gives every task a place of its own, in the order of the states', () => {
    const positions = tasks.map(([, task]) => task.Parameters.Payload.position);
    expect(new Set(positions).size).toBe(positions.length);
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  });

  it('tells a settling step what has happened, and no other step', () => {
    for (const [, task] of tasks) {
      const { step, event } = task.Parameters.Payload;
      expect(event !== undefined).toBe(step === 'settle');
    }
  });

  it('reaches every state, and an end from each', () => {
    const reached = new Set<string>();
    const visit = (name: string): void => {
      const state = document.States[name];
      if (reached.has(name) || state === undefined) return;
      reached.add(name);
      nextOf(state).forEach(visit);
    };
    visit(document.StartAt);
    expect([...reached].toSorted()).toEqual(Object.keys(document.States).toSorted());
  });

  it('lets no error of a task go by: a superseded execution ends in peace, any other error is handled', () => {
    for (const state of Object.values(document.States)) {
      if (state.Type !== 'Task' && state.Type !== 'Parallel') continue;
      const caught = state.Catch?.flatMap((each) => each.ErrorEquals) ?? [];
      expect(caught).toContain('States.ALL');
      expect(state.Catch?.find((each) => each.ErrorEquals.includes('Superseded'))?.Next).toBe('Superseded');
    }
  });

  it('leaves no step running in one branch when it goes on because another has failed', () => {
    const parallels = Object.values(document.States).filter((state) => state.Type === 'Parallel');
    for (const [, task] of parallels.flatMap(({ Branches }) => Branches.flatMap(tasksOf))) {
      expect(task.Catch).toMatchObject([{ ErrorEquals: ['States.ALL'], ResultPath: '$.failed' }]);
    }
    expect(parallels).toHaveLength(workflow === 'provision' ? 1 : 0);
  });

  it('is over before the deadline of the status that it drives', () => {
    const now = new Date(0);
    const drives = (status: ProjectStatus) =>
      workflow === 'recover' ? status === 'RESTORING' : DRIVEN_BY[status] === workflow;
    for (const status of TRANSITIONAL.filter(drives)) {
      const deadline = deadlineOf(status, now)?.getTime() ?? 0;
      expect(document.TimeoutSeconds * 1000).toBeLessThan(deadline);
    }
  });
});

describe('the reconciler', () => {
  it('knows a workflow for every transitional status', () => {
    expect(Object.keys(DRIVEN_BY).toSorted()).toEqual([...TRANSITIONAL].toSorted());
  });
});

describe('the steps', () => {
  it('are all used', () => {
    const used = WORKFLOWS.flatMap((workflow) => tasksOf(DOCUMENTS[workflow]));
    const names = new Set(used.map(([, task]) => task.Parameters.Payload.step));
    expect([...names].toSorted()).toEqual(Object.keys(STEPS).toSorted());
  });
});

describe('the retry policies', () => {
  it.each([
    ['TRANSIENT', TRANSIENT, 150],
    ['DATABASE', DATABASE, 1200],
    ['RECOVERY', RECOVERY, 3600],
    ['STACK', STACK, 600],
    ['LOGS', LOGS, 300],
  ] as const)('%s waits no longer than stated', (_, policy, seconds) => {
    expect(worstCaseSeconds(policy)).toBe(seconds);
  });
});
