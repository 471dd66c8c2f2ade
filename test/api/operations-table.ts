import { readFileSync } from 'node:fs';
import { OPERATIONS } from '../../functions/contract/index.ts';
import type { Operation } from '../../functions/contract/operation.ts';
import { PUBLISHED } from './published-operations.ts';

export const DOCUMENT = new URL('../../docs/api-differences.md', import.meta.url);
const BEGIN = '<!-- operations: written by npm run docs:operations -->';
const END = '<!-- end of operations -->';

/** Parameters are told apart by their place, not by their name. */
const placeOf = (method: string, path: string) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`;

const declared = new Map<string, Operation>(
  Object.values(OPERATIONS).map((operation) => [placeOf(operation.method, operation.path), operation]),
);

interface Row {
  readonly operation: string;
  readonly state: 'works' | '501' | 'absent';
  readonly why: string;
}

const rows: readonly Row[] = PUBLISHED.map((operation) => {
  const [method = '', path = ''] = operation.split(' ');
  const ours = declared.get(placeOf(method, path));
  if (ours === undefined) return { operation, state: 'absent', why: '' };
  const { notImplemented } = ours;
  return { operation, state: notImplemented === undefined ? 'works' : '501', why: notImplemented ?? '' };
});

const inState = (state: Row['state']) => rows.filter((row) => row.state === state).length;

/** What there is of each operation of Supabase's, as Markdown. */
function renderOperations(): string {
  return [
    `Of the ${rows.length} operations that Supabase publishes ${inState('works')} work, ${inState('501')} answer 501 and ${inState('absent')} are absent.`,
    '',
    '| operation | | why |',
    '|---|---|---|',
    ...rows.map(({ operation, state, why }) => `| \`${operation}\` | ${state} | ${why} |`),
  ].join('\n');
}

/** The document with the table in the place for it. */
export function withOperations(document: string): string {
  const [before, rest] = document.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`${DOCUMENT.pathname} has no place for the operations`);
  return `${before}${BEGIN}\n\n${renderOperations()}\n\n${END}${after}`;
}

export const readDocument = () => readFileSync(DOCUMENT, 'utf8');
