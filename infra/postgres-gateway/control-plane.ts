import {
  connectionSchema,
  type GatewayConnection,
  postgresPath,
  type PostgresQuestion,
} from '../../functions/contract/postgres-gateway.ts';
import type { Clock } from '../../functions/core/kernel/clock.port.ts';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import type { PostgresClient } from '../../functions/core/project/postgres-admission.ts';
import { type Credentials, signed } from './signing.ts';

/** A project that is being woken is waited for by the control plane for 20 s. */
const PATIENCE_MS = 28_000;

interface ControlPlaneParts {
  readonly cell: string;
  readonly apiUrl: string;
  readonly home: string;
  readonly credentials: () => Promise<Credentials>;
  readonly clock: Clock;
}

/** What knows the projects. A gateway asks it about each connection and keeps nothing of what it is told. */
export class ControlPlane {
  readonly #parts: ControlPlaneParts;
  readonly #waking = new Map<ProjectRef, Promise<GatewayConnection>>();

  constructor(parts: ControlPlaneParts) {
    this.#parts = parts;
  }

  /** Where the client is led, once the project runs. */
  async connect(ref: ProjectRef, { address, secure }: PostgresClient): Promise<GatewayConnection> {
    const client = { address, secure };
    const found = connectionSchema.parse(await this.#ask(ref, 'admissions', client));
    return found.kind === 'waiting' ? this.#wake(ref, client) : found;
  }

  async report(ref: ProjectRef, { address }: PostgresClient, admitted: boolean): Promise<void> {
    await this.#ask(ref, 'logins', { address, admitted });
  }

  /** However many come to a project that sleeps, one of them has it woken; each of them was admitted before. */
  #wake(ref: ProjectRef, client: PostgresClient): Promise<GatewayConnection> {
    const known = this.#waking.get(ref);
    if (known !== undefined) return known;
    const waking = this.#ask(ref, 'wakes', client)
      .then((found) => connectionSchema.parse(found))
      .finally(() => this.#waking.delete(ref));
    this.#waking.set(ref, waking);
    return waking;
  }

  async #ask(ref: ProjectRef, question: PostgresQuestion, asked: object): Promise<unknown> {
    const { cell, apiUrl, home: region, credentials, clock } = this.#parts;
    const url = new URL(postgresPath(cell, ref, question), apiUrl);
    const body = JSON.stringify(asked);
    const headers = signed({ url, body, region, now: clock.now() }, await credentials());
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await fetch(url, { method: 'POST', headers, body, signal });
    if (!answer.ok) throw new Error(`the control plane answers ${question} with ${answer.status}`);
    return answer.status === 204 ? undefined : answer.json();
  }
}
