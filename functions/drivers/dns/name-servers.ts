import { Resolver } from 'node:dns/promises';
import { TransientError } from '../../core/kernel/errors.ts';
import type { NameServers } from '../../core/project/name-servers.port.ts';

/** c-ares: there is no such name, or it has no such record. */
const ABSENT: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA']);

const TIMEOUT_MS = 2_000;
const TRIES = 2;

/** Asks the machine's own name servers, or those that are given as `address:port`. */
export function dnsNameServers(servers?: readonly string[]): NameServers {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  if (servers !== undefined) resolver.setServers(servers);
  return {
    async txt(name) {
      try {
        return (await resolver.resolveTxt(name)).map((parts) => parts.join(''));
      } catch (error) {
        if (error instanceof Error && 'code' in error && ABSENT.has(error.code)) return [];
        throw new TransientError(`No name server answers for ${name}.`, { cause: error });
      }
    },
  };
}
