import type { Operation } from '../../contract/operation.ts';

/** What a process that lasts counts of itself. Where each process is gone in minutes there is none. */
export interface Meter {
  /** Of each request for an operation, when it is answered. */
  answered(operation: Operation, status: number, seconds: number): void;
  /** All that was counted, in Prometheus's text format. */
  text(): Promise<string>;
}
