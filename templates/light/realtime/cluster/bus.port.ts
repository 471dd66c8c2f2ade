/** Carries messages between processes, to those that are there at that moment. None is promised to arrive. */
export interface Bus {
  /** `then`: once what is published on it arrives; not where the bus is away, which `connected` will tell. */
  subscribe(channel: string, then?: () => void): void;
  unsubscribe(channel: string): void;
  /** Lost where the bus is away. */
  publish(channel: string, message: Buffer): void;
  /** `connected`: called whenever all subscriptions are in force, after the bus was away. */
  open(listen: { message(channel: string, message: Buffer): void; connected(): void }): void;
  close(): Promise<void>;
}
