interface Node<T> {
  readonly words: Map<string, Node<T>>;
  parameter: Node<T> | undefined;
  place: Place<T> | undefined;
}

interface Place<T> {
  readonly value: T;
  /** Of its parameters, in the order of the path. */
  readonly names: readonly string[];
}

interface Found<T> {
  readonly value: T;
  readonly parameters: Readonly<Record<string, string>>;
}

const newNode = <T>(): Node<T> => ({ words: new Map(), parameter: undefined, place: undefined });

const PARAMETER = /^\{(\w+)\}$/;

/**
 * What there is at a path such as `/v1/projects/{ref}`, found segment by segment; where one path has a word and another
 * a parameter, the word is tried first.
 */
export class PathRouter<T> {
  readonly #root = newNode<T>();

  add(path: string, value: T): void {
    const names: string[] = [];
    let node = this.#root;
    for (const segment of path.split('/').slice(1)) {
      const name = PARAMETER.exec(segment)?.[1];
      if (name === undefined) {
        const next = node.words.get(segment) ?? newNode<T>();
        node.words.set(segment, next);
        node = next;
      } else {
        names.push(name);
        node = node.parameter ??= newNode();
      }
    }
    node.place = { value, names };
  }

  /** `path`: as it was sent. What is percent-encoded in a segment is read, so that a parameter may hold a slash. */
  match(path: string): Found<T> | undefined {
    const values: string[] = [];
    const place = find(this.#root, path, 0, values);
    if (place === undefined) return undefined;
    const parameters: Record<string, string> = {};
    for (const [index, name] of place.names.entries()) parameters[name] = values[index] ?? '';
    return { value: place.value, parameters };
  }
}

/** `slash`: where the segment begins that is looked at next. */
function find<T>(node: Node<T>, path: string, slash: number, values: string[]): Place<T> | undefined {
  if (slash === path.length) return node.place;
  if (path[slash] !== '/') return undefined;
  const next = path.indexOf('/', slash + 1);
  const end = next < 0 ? path.length : next;
  const segment = decoded(path.slice(slash + 1, end));
  const word = node.words.get(segment);
  const found = word && find(word, path, end, values);
  if (found !== undefined || node.parameter === undefined || segment === '') return found;
  values.push(segment);
  const below = find(node.parameter, path, end, values);
  if (below === undefined) values.pop();
  return below;
}

/** What is no valid encoding stands for itself. */
function decoded(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
