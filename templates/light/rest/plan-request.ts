import type { AnyAST, IntrospectResult } from '@supabase/lite';
import { hasLongNumber, parseExactly } from './exact-json.ts';
import { type Fields, insertedRows, isFields, writtenArguments, writtenFields } from './written-values.ts';

type Functions = NonNullable<IntrospectResult['functions']>;

/** Changes a request that lite has parsed into what PostgREST would have understood by it. */
export function planRequest(ast: AnyAST, schema: IntrospectResult, body: string, maxRows: number): AnyAST {
  // How the transaction ends is decided where it began.
  const { tx: _ignored, ...meta } = ast.$meta ?? {};
  const planned: AnyAST = { ...ast, $meta: { ...meta, ...planCount(ast, schema, maxRows) } };
  if (ast.type === 'rpc') return { ...planned, ...planArguments(ast, schema.functions ?? [], body) };
  return ast.values === undefined ? planned : { ...planned, values: planValues(ast, schema, body) };
}

/** An estimate is exact as far as the rows of one answer go; beyond that the planner's guess has to do. */
function planCount(ast: AnyAST, schema: IntrospectResult, maxRows: number): { count?: 'exact' | 'planned' } {
  if (ast.$meta?.count !== 'estimated') return {};
  const rows = schema.tables.find(({ name }) => name === ast.from)?.rows ?? 0;
  return { count: rows > maxRows ? 'planned' : 'exact' };
}

function planValues(ast: AnyAST, schema: IntrospectResult, body: string): object | object[] {
  const given = ast.values ?? [];
  const columns = schema.columns.filter(({ table }) => table === ast.from);
  const rows = asSent(Array.isArray(given) ? given : [given], body);
  // Left as it is, so that lite says what is wrong with it.
  if (rows === undefined) return given;
  const { columns: names = [], missing = 'null' } = ast.$meta ?? {};
  const written =
    ast.type === 'update'
      ? rows.map((row) => writtenFields(row, columns))
      : insertedRows(rows, names, columns, missing);
  return Array.isArray(given) ? written : { ...written[0] };
}

function planArguments(ast: AnyAST, functions: Functions, body: string): { args?: object } {
  const { args } = ast;
  if (!isFields(args) || ast.httpMethod !== 'POST') return {};
  const types = functions
    .filter(({ name }) => name === ast.function)
    .flatMap(({ arg_names: names, arg_types: types }) =>
      names.map((name, index): [string, string] => [name, types[index] ?? '']),
    );
  const [exact = args] = asSent([args], body) ?? [];
  return { args: writtenArguments(exact, new Map(types)) };
}

/** The rows with numbers that are longer than a double as they were sent. */
function asSent(rows: readonly unknown[], body: string): readonly Fields[] | undefined {
  if (!rows.every(isFields)) return undefined;
  if (!hasLongNumber(body)) return rows;
  const sent: unknown = parseExactly(body);
  const exact = Array.isArray(sent) ? sent : [sent];
  return rows.map((row, index) => {
    const source: unknown = exact[index];
    if (!isFields(source)) return row;
    return Object.fromEntries(Object.keys(row).map((name) => [name, source[name] ?? row[name]]));
  });
}
