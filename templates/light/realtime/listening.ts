import type { DatabaseMessage, DatabaseMessages, Listening } from './ports.ts';

/** Listens to what the database broadcasts for as long as there are clients: a project without any leaves it alone. */
export class DatabaseListening {
  readonly #messages: DatabaseMessages;
  readonly #receive: (message: DatabaseMessage) => void;
  #listening: Listening | undefined;

  constructor(messages: DatabaseMessages, receive: (message: DatabaseMessage) => void) {
    this.#messages = messages;
    this.#receive = receive;
  }

  follow(clients: number): void {
    if (clients > 0) this.#listening ??= this.#messages.listen(this.#receive);
    else {
      this.#listening?.end();
      this.#listening = undefined;
    }
  }

  /** Resolves when whatever is committed from now on will be heard, or cannot be in good time. */
  async begun(): Promise<void> {
    await this.#listening?.ready;
  }
}
