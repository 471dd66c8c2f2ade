import { describe, expect, it } from 'vitest';
import { type Committed, Optimistic } from './optimistic.ts';

const add = (item: string) => (list: readonly string[]) => [...list, item];

/** A commit that is answered when the test says so. */
function answered() {
  const { promise, resolve } = Promise.withResolvers<Committed<string>>();
  return { commit: () => promise, answer: resolve };
}

const list = () => new Optimistic<readonly string[], string>(['a']);

describe('an optimistic value', () => {
  it('shows a change at once and takes back that one alone which is refused', async () => {
    const value = list();
    const [first, second] = [answered(), answered()];
    const one = value.change(add('b'), first.commit);
    const two = value.change(add('c'), second.commit);
    expect(value.state.get()).toEqual({ value: ['a', 'b', 'c'], pending: 2, failure: undefined });
    first.answer({ ok: false, error: 'no b' });
    expect(await one).toEqual({ ok: false, error: 'no b' });
    expect(value.state.get()).toEqual({ value: ['a', 'c'], pending: 1, failure: 'no b' });
    second.answer({ ok: true });
    await two;
    expect(value.state.get()).toMatchObject({ value: ['a', 'c'], pending: 0 });
  });

  it('keeps what was taken until the news of it comes, whichever is first', async () => {
    const value = list();
    const early = answered();
    const one = value.change(add('b'), early.commit);
    early.answer({ ok: true });
    await one;
    expect(value.state.get().value).toEqual(['a', 'b']);
    value.setBase(['a', 'b']);
    expect(value.state.get().value).toEqual(['a', 'b']);

    const late = answered();
    const two = value.change(add('c'), late.commit);
    value.setBase(['a', 'b', 'c']);
    late.answer({ ok: true });
    await two;
    expect(value.state.get()).toEqual({ value: ['a', 'b', 'c'], pending: 0, failure: undefined });
  });

  it('forgets a failure when the next change begins, and takes back what a bug broke off', async () => {
    const value = list();
    await value.change(add('b'), async () => ({ ok: false, error: 'no' }));
    expect(value.state.get().failure).toBe('no');
    const broken = value.change(add('c'), async () => {
      throw new Error('a bug');
    });
    expect(value.state.get()).toMatchObject({ value: ['a', 'c'], failure: undefined });
    await expect(broken).rejects.toThrow('a bug');
    expect(value.state.get()).toEqual({ value: ['a'], pending: 0, failure: undefined });
  });
});
