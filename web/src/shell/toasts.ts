export interface Toast {
  readonly id: number;
  readonly tone: 'good' | 'bad';
  readonly message: string;
  readonly suggestion?: string;
}

const SHOWN_MS = 6_000;

/** What has just happened, said at the edge of the page. A failure stays until it is put away. */
export class Toasts {
  #all: readonly Toast[] = [];
  #next = 1;
  readonly #watchers = new Set<() => void>();

  readonly subscribe = (watcher: () => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  readonly all = () => this.#all;

  say(message: string): void {
    const id = this.#add({ tone: 'good', message });
    setTimeout(() => this.dismiss(id), SHOWN_MS);
  }

  fail(words: { readonly message: string; readonly suggestion?: string }): void {
    if (!this.#all.some(({ message }) => message === words.message)) this.#add({ tone: 'bad', ...words });
  }

  dismiss(id: number): void {
    this.#set(this.#all.filter((each) => each.id !== id));
  }

  #add(toast: Omit<Toast, 'id'>): number {
    const id = this.#next++;
    this.#set([...this.#all.slice(-3), { id, ...toast }]);
    return id;
  }

  #set(all: readonly Toast[]): void {
    this.#all = all;
    for (const watcher of this.#watchers) watcher();
  }
}
