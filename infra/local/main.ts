import { isatty } from 'node:tty';
import { readLocalConfig } from '../../functions/runtime/config.ts';
import { startFailure } from '../../functions/runtime/compose-local.ts';
import { banner } from './banner.ts';
import { startCloud } from './cloud.ts';
import { dashboardIsBuilt } from './control-server.ts';
import { localJsonPath } from './local-files.ts';

const config = readLocalConfig(process.env, process.cwd());
if (!config.ok) refuse(config.error);

const { home, postgresPort, log } = config.value;
const starting = startCloud(config.value);

/** Of these `nohup` leaves none with a terminal. What it does about the signal itself, npm undoes. */
const inTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));

// A signal may come twice, from the terminal and from npm: the second must not cut the first one short.
let stopping: Promise<void> | undefined;
const end = () => void (stopping ??= stop());
process.on('SIGINT', end).on('SIGTERM', end);
process.on('SIGHUP', () => {
  if (inTerminal) end();
});

try {
  const { apiUrl, dataRoot } = await starting;
  const words = () =>
    banner({
      apiUrl,
      built: dashboardIsBuilt(),
      postgresPort,
      home,
      localJson: localJsonPath(home),
      dataRoot,
    });
  if (stopping === undefined) await say('Baseplane is ready', { api_url: apiUrl, home }, words);
} catch (error) {
  const line = startFailure(error);
  if (line === undefined) throw error;
  refuse([line]);
}

/** What a start has begun is ended when that has come to its end. */
async function stop(): Promise<void> {
  await say('stopping', {}, () => 'Stopping: every project is ended cleanly.');
  const cloud = await starting;
  await cloud.close();
  process.exit(0);
}

/** For a person, or as a line of the log. */
async function say(
  message: string,
  fields: Readonly<Record<string, string>>,
  words: () => string,
): Promise<void> {
  if (log === 'json') (await starting).log.info(message, fields);
  else console.log(words());
}

function refuse(lines: readonly string[]): never {
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exit(1);
}
