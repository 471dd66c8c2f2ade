export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface Notifier {
  /** Hands the mail over for delivery. `id` makes a repeated call harmless. */
  send(id: string, mail: Mail): Promise<void>;
}
