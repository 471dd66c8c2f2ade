/** What a query of Prometheus asks for. */
export interface Asked {
  readonly metrics: readonly string[];
  readonly labels: readonly string[];
}

const WORDS = new Set(['by', 'without', 'and', 'or', 'unless', 'on', 'ignoring', 'bool', 'offset']);

/** The names of metrics and of labels in a query; what is neither a function nor a word of the language is a metric. */
export function askedBy(query: string): Asked {
  const labels: string[] = [];
  const rest = query
    .replaceAll(/\{([^}]*)\}/g, (_, matchers: string) => {
      for (const [, label = ''] of matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"[^"]*"/g)) labels.push(label);
      return ' ';
    })
    .replaceAll(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g, (_, names: string) => {
      labels.push(...names.split(',').map((name) => name.trim()));
      return ' ';
    })
    .replaceAll(/\[[^\]]*\]/g, ' ')
    .replaceAll(/"[^"]*"/g, ' ');
  const names = Array.from(rest.matchAll(/[a-zA-Z_:][\w:]*(?=\s*(\(?))/g), ([name, opening]) => ({
    name,
    isFunction: opening === '(',
  }));
  const metrics = names.filter(({ name, isFunction }) => !isFunction && !WORDS.has(name));
  return { metrics: metrics.map(({ name }) => name), labels };
}
