import { PortError, TransientError } from '../../functions/core/kernel/errors.ts';
import type { Fault, FaultPlan, PortCall } from '../fakes/faults.ts';

/** How a call goes wrong, each from its `time`-th call on, once or for ever. */
const KINDS = {
  'throttled once': { at: 'before', error: 'transient', forever: false },
  'throttled for ever': { at: 'before', error: 'transient', forever: true },
  'refused for ever': { at: 'before', error: 'refusal', forever: true },
  'timed out after its effect': { at: 'after', error: 'transient', forever: false },
  'broken by a bug after its effect': { at: 'after', error: 'bug', forever: false },
  'died before it': { at: 'before', error: 'death', forever: false },
  'died after it': { at: 'after', error: 'death', forever: false },
} as const;
export type Kind = keyof typeof KINDS;

export const keyOf = ({ port, method, time }: PortCall) => `${port}.${method}#${time}`;

export interface Planned {
  readonly plan: FaultPlan;
  readonly death: Promise<void>;
  readonly died: () => boolean;
}

/** Has the calls go wrong that are named, each in its way. A process that has died makes no further ones. */
export function planOf(faults: readonly (readonly [string, Kind])[]): Planned {
  let dead = false;
  let die = () => {};
  const death = new Promise<void>((resolve) => {
    die = () => {
      dead = true;
      resolve();
    };
  });
  const errors: Record<'transient' | 'refusal' | 'bug' | 'death', Fault['error']> = {
    transient: new TransientError('the service is busy'),
    refusal: new PortError('The quota is used up.', { suggestion: 'Ask for more.' }),
    bug: new TypeError('x is not a function'),
    death: () => {
      die();
      return new Promise<never>(() => {});
    },
  };
  const plan: FaultPlan = (call) => {
    // A dead process makes no further calls.
    if (dead) return { at: 'before', error: () => new Promise<never>(() => {}) };
    for (const [target, name] of faults) {
      const kind = KINDS[name];
      const hit = kind.forever ? target.startsWith(`${call.port}.${call.method}#`) : target === keyOf(call);
      if (hit) return { at: kind.at, error: errors[kind.error] };
    }
    return undefined;
  };
  return { plan, death, died: () => dead };
}

function isKind(name: string): name is Kind {
  return Object.hasOwn(KINDS, name);
}
export const KIND_NAMES = Object.keys(KINDS).filter(isKind);
