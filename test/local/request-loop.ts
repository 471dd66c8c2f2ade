/** Asks for the same things over and over until it is disposed of, and keeps what did not go well. */
export class RequestLoop implements AsyncDisposable {
  made = 0;
  readonly failures: string[] = [];
  readonly #loops: readonly Promise<void>[];
  #over = false;

  constructor(asking: readonly (() => Promise<Response>)[]) {
    this.#loops = asking.map((ask, at) => this.#run(at, ask));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true;
    await Promise.all(this.#loops);
  }

  async #run(at: number, ask: () => Promise<Response>): Promise<void> {
    while (!this.#over) {
      this.made += 1;
      try {
        const response = await ask();
        const text = await response.text();
        if (!response.ok) this.failures.push(`${at}: ${response.status} ${text}`);
      } catch (error) {
        this.failures.push(`${at}: ${String(error)}`);
      }
    }
  }
}
