/** What lite would turn into a number, a boolean or null before it knows the column's type. */
const GUESSED = /^[-+]?[\d.]+(e[-+]?\d+)?$|^(true|false|null|unknown)$/i;

const COMPARISON = /^((?:not\.)?(?:eq|neq|gt|gte|lt|lte))\.([^]*)$/;
const LIST = /^((?:not\.)?in)\.\(([^]*)\)$/;
const LIST_IN_TREE = /((?:^|[.(,])in\.)\(((?:"(?:[^"\\]|\\.)*"|[^()"])*)\)/g;
const COMPARISON_IN_TREE = /(\.(?:eq|neq|gt|gte|lt|lte)\.)([^",()]+)(?=[,)]|$)/g;
const QUOTED = /("(?:[^"\\]|\\.)*")/;

const NOT_FILTERS = /^(select|columns|on_conflict|(.*\.)?(order|limit|offset))$/;
const TREE = /^(.*\.)?(and|or)$/;

/**
 * Puts the values of filters, and of a function's arguments, into quotes where lite would guess at their type: 1.50
 * would no longer equal the text 1.50, a 64-bit number would be rounded, true would not be comparable with a text.
 */
export function keepTexts(url: URL, isArgument: (name: string) => boolean): URL {
  const kept = new URL(url);
  kept.search = '';
  for (const [name, value] of url.searchParams) {
    if (isArgument(name)) kept.searchParams.append(name, keepText(value));
    else kept.searchParams.append(name, NOT_FILTERS.test(name) ? value : keepFilter(value, TREE.test(name)));
  }
  return kept;
}

function keepFilter(value: string, isTree: boolean): string {
  if (isTree) return keepTree(value);
  const [, comparison, operand] = COMPARISON.exec(value) ?? [];
  if (operand !== undefined) return `${comparison}.${keepText(operand)}`;
  const [, list, items] = LIST.exec(value) ?? [];
  return items === undefined ? value : `${list}.(${keepItems(items)})`;
}

function keepTree(tree: string): string {
  return tree
    .replaceAll(LIST_IN_TREE, (_, operator: string, items: string) => `${operator}(${keepItems(items)})`)
    .split(QUOTED)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replaceAll(
            COMPARISON_IN_TREE,
            (_, operator: string, operand: string) => operator + keepText(operand),
          ),
    )
    .join('');
}

function keepItems(items: string): string {
  return items
    .split(QUOTED)
    .map((part, index) => (index % 2 === 1 ? part : part.split(',').map(keepText).join(',')))
    .join('');
}

function keepText(text: string): string {
  return GUESSED.test(text) ? `"${text}"` : text;
}
