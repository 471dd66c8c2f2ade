import { expect, it } from 'vitest';
import { countCalls } from './count-requests.ts';
import { logRow } from './log-row.ts';

const call = (minute: number, path: string, status: number, duration_ms: number) =>
  logRow(
    {
      time: `2026-01-01T00:${String(minute).padStart(2, '0')}:30.000Z`,
      source: 'light',
      level: 'info',
      message: 'request',
      fields: { service: 'functions', method: 'POST', path, status, duration_ms },
    },
    minute,
  );

it('counts the calls of one function by minute and by how they ended', () => {
  const rows = [
    call(1, '/functions/v1/hello', 200, 10),
    call(1, '/functions/v1/hello/there', 404, 30),
    call(1, '/functions/v1/hello-world', 200, 99),
    call(2, '/functions/v1/hello', 500, 5),
  ];
  expect(countCalls(rows, 'hello', '1hr')).toEqual([
    {
      timestamp: '2026-01-01T00:01:00.000Z',
      requests_count: 2,
      success_count: 1,
      redirect_count: 0,
      client_err_count: 1,
      server_err_count: 0,
      avg_execution_time: 20,
      max_execution_time: 30,
    },
    expect.objectContaining({ timestamp: '2026-01-01T00:02:00.000Z', server_err_count: 1 }),
  ]);
});
