import { readFileSync } from 'node:fs';
import type { GroupOutcome } from './groups.ts';

export const DOCUMENT = new URL('../../../docs/api-differences.md', import.meta.url);
const BEGIN = '<!-- methods of supabase-js: written by npm run docs:differences -->';
const END = '<!-- end of methods -->';

/** What of supabase-js works, as Markdown. */
export function renderOutcomes(groups: readonly GroupOutcome[]): string {
  const summary = groups.map(({ client, outcomes }) => {
    const named = (wanted: string) =>
      outcomes
        .filter(({ outcome }) => outcome === wanted)
        .map(({ name }) => `\`${name}\``)
        .join(' ');
    return `| ${client} | ${outcomes.length} | ${named('works')} | ${named('differs')} | ${named('refused')} | ${named('fails')} |`;
  });
  const notes = groups.flatMap(({ client, outcomes }) =>
    outcomes
      .filter(({ outcome }) => outcome === 'differs' || outcome === 'refused')
      .map(({ name, note }) => `| ${client} | \`${name}\` | ${note} |`),
  );
  return [
    '| client | tried | works | differs | answered with 501 | does not work |',
    '|---|---|---|---|---|---|',
    ...summary,
    '',
    '| client | method | difference, or reason |',
    '|---|---|---|',
    ...notes,
  ].join('\n');
}

/** The document with what was found in the place for it. */
export function withOutcomes(document: string, rendered: string): string {
  const [before, rest] = document.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`${DOCUMENT.pathname} has no place for it`);
  return `${before}${BEGIN}\n\n${rendered}\n\n${END}${after}`;
}

export function readDocument(): string {
  return readFileSync(DOCUMENT, 'utf8');
}
