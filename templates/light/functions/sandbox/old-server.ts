import { type Deno, pretendedAddress } from './deno.ts';

interface RequestEvent {
  readonly request: Request;
  readonly respondWith: (response: Response | Promise<Response>) => Promise<void>;
}

/**
 * Lets `serve` of Deno's standard library before 1.0 work, which older functions import: it takes connections from
 * `Deno.listen` and requests from `Deno.serveHttp`, which Deno 2 has no longer.
 */
export function offerOldServer(deno: Deno): void {
  const { listen } = deno;
  let events: Events<RequestEvent> | undefined;

  deno.listen = (options) => {
    if (options.transport === 'unix') return listen(options);
    const incoming = new Events<RequestEvent>();
    events = incoming;
    deno.serve(
      (request) =>
        new Promise((resolve) =>
          incoming.push({ request, respondWith: async (response) => resolve(response) }),
        ),
    );
    const connection = { remoteAddr: pretendedAddress(0), localAddr: pretendedAddress(0), close() {} };
    const connections = new Events([connection]);
    return { addr: pretendedAddress(options.port), accept: () => connections.next(), close() {} };
  };
  deno.serveHttp = () => ({ nextRequest: () => events?.next() ?? Promise.resolve(null), close() {} });
}

/** A queue whose reader waits. */
class Events<Event> {
  readonly #ready: Event[];
  readonly #waiting: ((event: Event) => void)[] = [];

  constructor(ready: Event[] = []) {
    this.#ready = ready;
  }

  push(event: Event): void {
    const reader = this.#waiting.shift();
    if (reader === undefined) this.#ready.push(event);
    else reader(event);
  }

  next(): Promise<Event> {
    const event = this.#ready.shift();
    return event === undefined
      ? new Promise((resolve) => this.#waiting.push(resolve))
      : Promise.resolve(event);
  }
}
