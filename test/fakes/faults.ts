/** A call of a port, as a fault plan sees it. */
export interface PortCall {
  /** `databases`, `compute`, … */
  readonly port: string;
  readonly method: string;
  /** Which call of this method this is, from 1. */
  readonly time: number;
}

/**
 * `before`: the call fails and does nothing. `after`: it takes effect, and the caller learns of a failure all the
 * same. `error` may be a function that never answers, for a caller that dies in the call.
 */
export interface Fault {
  readonly at: 'before' | 'after';
  readonly error: Error | (() => Promise<never>);
}

export type FaultPlan = (call: PortCall) => Fault | undefined;

/** The same port, failing where the plan says so. */
export function withFaults<Port extends object>(name: string, port: Port, plan: FaultPlan): Port {
  const times = new Map<string, number>();
  return new Proxy(port, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== 'function' || typeof property !== 'string') return member;
      return async (...parameters: readonly unknown[]): Promise<unknown> => {
        const time = (times.get(property) ?? 0) + 1;
        times.set(property, time);
        const fault = plan({ port: name, method: property, time });
        if (fault?.at === 'before') await strike(fault);
        const result: unknown = await Reflect.apply(member, target, parameters);
        if (fault?.at === 'after') await strike(fault);
        return result;
      };
    },
  });
}

async function strike({ error }: Fault): Promise<never> {
  if (error instanceof Error) throw error;
  return error();
}
