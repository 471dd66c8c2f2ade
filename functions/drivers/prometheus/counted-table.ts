import type { Table } from '../../core/kernel/table.port.ts';

export const TABLE_CALLS = [
  'get',
  'query',
  'queryIndex',
  'write',
] as const satisfies readonly (keyof Table)[];
export type CallName = (typeof TABLE_CALLS)[number];

/** `refused`: a condition of a write did not hold. */
export const CALL_RESULTS = ['ok', 'refused', 'error'] as const;
export type CallResult = (typeof CALL_RESULTS)[number];

/** A table whose every call is told of. */
export function countedTable(
  table: Table,
  onCall: (call: CallName, result: CallResult, seconds: number) => void,
): Table {
  async function counted<Answer>(
    call: CallName,
    work: () => Promise<Answer>,
    isRefused: (answer: Answer) => boolean = () => false,
  ): Promise<Answer> {
    const began = performance.now();
    const end = (result: CallResult) => onCall(call, result, (performance.now() - began) / 1000);
    try {
      const answer = await work();
      end(isRefused(answer) ? 'refused' : 'ok');
      return answer;
    } catch (error) {
      end('error');
      throw error;
    }
  }
  return {
    get: (key) => counted('get', () => table.get(key)),
    query: (range) => counted('query', () => table.query(range)),
    queryIndex: (index, range) => counted('queryIndex', () => table.queryIndex(index, range)),
    write: (writes) =>
      counted(
        'write',
        () => table.write(writes),
        ({ ok }) => !ok,
      ),
  };
}
