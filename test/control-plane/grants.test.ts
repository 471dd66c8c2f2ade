import { describe, expect, it } from 'vitest';
import { FUNCTION_NAMES } from '../../infra/control-plane/plan/entries.ts';
import { GRANTS } from '../../infra/control-plane/plan/grants.ts';
import { OF_CELL, OWN } from '../../infra/control-plane/plan/resources.ts';

describe.each(FUNCTION_NAMES)('the grants of the function %s', (name) => {
  const grants = GRANTS[name];

  it('name each action once for a resource, and no pattern of actions', () => {
    const pairs = grants.flatMap(({ actions, on }) => actions.map((action) => `${action} on ${on}`));
    expect(new Set(pairs).size).toBe(pairs.length);
    for (const { actions } of grants) {
      for (const action of actions) expect(action).toMatch(/^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$/);
    }
  });

  it('say why where they name no resource, and only there', () => {
    for (const { on, because } of grants) expect(because !== undefined).toBe(on === 'anything');
  });
});

it('every set of resources is granted to somebody', () => {
  const used = new Set(Object.values(GRANTS).flatMap((grants) => grants.map(({ on }) => on)));
  expect([...used].toSorted()).toEqual(Object.keys({ ...OWN, ...OF_CELL }).toSorted());
});

it('a role can be made under the boundary only, and be given nothing but it', () => {
  const guarded = GRANTS.step.filter(({ actions }) =>
    actions.some((each) => /iam:(Create|Attach|Pass)/.test(each)),
  );
  expect(guarded).toHaveLength(3);
  for (const { when } of guarded) expect(when).toBeTypeOf('function');
});
