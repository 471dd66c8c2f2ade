import { isatty } from 'node:tty';
import { readLocalConfig } from '../../functions/runtime/config.ts';
import { startFailure } from '../../functions/runtime/compose-local.ts';
import { banner } from './banner.ts';
import { type RunningCloud, startCloud } from './cloud.ts';
import { dashboardIsBuilt } from './control-server.ts';
import { localJsonPath } from './local-files.ts';

const config = readLocalConfig(process.env, process.cwd());
if (!config.ok) refuse(config.error);

let cloud: RunningCloud;
try {
  cloud = await startCloud(config.value);
} catch (error) {
  const line = startFailure(error);
  if (line === undefined) throw error;
  refuse([line]);
}

const { home, postgresPort } = config.value;
const { apiUrl, dataRoot } = cloud;
say('Baseplane is ready', { api_url: apiUrl, home }, () =>
  banner({ apiUrl, built: dashboardIsBuilt(), postgresPort, home, localJson: localJsonPath(home), dataRoot }),
);

/** Of these `nohup` leaves none with a terminal. What it does about the signal itself, npm undoes. */
const inTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));

// A signal may come twice, from the terminal and from npm: the second must not cut the first one short.
let stopping: Promise<void> | undefined;
const end = () => void (stopping ??= stop());
process.on('SIGINT', end).on('SIGTERM', end);
process.on('SIGHUP', () => {
  if (inTerminal) end();
});

async function stop(): Promise<void> {
  say('stopping', {}, () => 'Stopping: every project is ended cleanly.');
  await cloud.close();
  process.exit(0);
}

/** For a person, or as a line of the log. */
function say(message: string, fields: Readonly<Record<string, string>>, words: () => string): void {
  if (config.ok && config.value.log === 'json') cloud.log.info(message, fields);
  else console.log(words());
}

function refuse(lines: readonly string[]): never {
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exit(1);
}
