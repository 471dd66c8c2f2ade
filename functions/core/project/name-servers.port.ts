/**
 * What the domain name system answers to anyone. A name that does not exist has no records.
 * @throws {TransientError} no server answered
 */
export interface NameServers {
  /** The TXT records of a name, each put together from its parts. */
  txt(name: string): Promise<readonly string[]>;
}
