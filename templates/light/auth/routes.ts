import type { Handler } from './call.ts';

/** Handlers by method and path; a segment that begins with a colon stands for anything. */
export type RouteTable = Readonly<Record<string, Handler>>;

export type Match =
  | { kind: 'found'; handler: Handler; params: Readonly<Record<string, string>> }
  | { kind: 'other-method' }
  | { kind: 'none' };

export function createMatcher(table: RouteTable): (method: string, path: string) => Match {
  const routes = Object.entries(table).map(([route, handler]) => {
    const [method = '', pattern = ''] = route.split(' ');
    return { method, segments: pattern.split('/'), handler };
  });
  return (method, path) => {
    const given = path.split('/');
    const fitting = routes.filter(
      ({ segments }) =>
        segments.length === given.length &&
        segments.every((segment, index) => segment.startsWith(':') || segment === given[index]),
    );
    const route = fitting.find((candidate) => candidate.method === method);
    if (route === undefined) return { kind: fitting.length > 0 ? 'other-method' : 'none' };
    const names = route.segments.flatMap((segment, index) =>
      segment.startsWith(':') ? [[segment.slice(1), given[index] ?? '']] : [],
    );
    return { kind: 'found', handler: route.handler, params: Object.fromEntries(names) };
  };
}
