import { AsyncLocalStorage } from 'node:async_hooks';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import type { JsonObject } from '../../functions/core/kernel/json.ts';
import type { Log } from '../../functions/core/kernel/log.port.ts';
import { startCellGateway } from './cell-gateway.ts';
import { readGatewaySettings } from './settings.ts';

/** Fargate gives a container 120 s to stop. */
const GRACE_MS = 110_000;

const write = (line: string): void => void process.stdout.write(`${line}\n`);
const clock = { now: () => new Date() };
const surroundings = new AsyncLocalStorage<JsonObject>();
const line = (level: string, message: string, details: JsonObject = {}) =>
  write(
    JSON.stringify({
      time: clock.now().toISOString(),
      level,
      message,
      ...surroundings.getStore(),
      ...details,
    }),
  );
const log: Log = {
  info: (message, details) => line('info', message, details),
  error: (message, cause, details) => line('error', message, { ...details, cause: String(cause) }),
  within: (fields, work) => surroundings.run({ ...surroundings.getStore(), ...fields }, work),
};

/** The task's address in the cell's network; it has others, by which it reaches what Fargate itself serves. */
function ownAddress(network: string): string | undefined {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return addresses.find(({ address }) => address.startsWith(network))?.address;
}

async function main(): Promise<void> {
  const settings = readGatewaySettings(process.env);
  if (!settings.ok) return quit(settings.error);
  const address = ownAddress(settings.value.network);
  if (address === undefined) return quit([`no address of this task begins with ${settings.value.network}`]);
  const databaseAuthorities = readFileSync(settings.value.databaseAuthorities, 'utf8');
  const parts = { settings: settings.value, address, databaseAuthorities, clock, log, write };
  const gateway = await startCellGateway(parts);
  log.info('the Postgres gateway is ready', { port: gateway.port, authority: gateway.authority });
  process.once('SIGTERM', () => void gateway.stop(GRACE_MS).then(() => process.exit()));
}

function quit(problems: readonly string[]): void {
  log.error('the Postgres gateway is not configured', problems.join('; '));
  process.exitCode = 2;
}

await main();
