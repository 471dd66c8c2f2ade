import { captureConsole, createLog, describeError, inTurns } from './server/log.ts';
import { startProject } from './server/project.ts';
import { readConfig } from './settings/config.ts';
import { formatListen } from './settings/listen.ts';
import { readSource } from './settings/source.ts';

const LAST_RESORT_MS = 8000;

// stdout carries the ready line alone, so that a supervisor need not tell it from the log.
const lines = inTurns((text) => process.stderr.write(text));
process.on('exit', () => lines.flush());
const log = createLog('light', (line, level) => lines.write(line, level));
captureConsole(log, console);

const read = await readSource(process.env, process.stdin);
if (!read.ok) fail([read.problem]);
const { settings, supervisorGone } = read.source;
const result = await readConfig(settings);
if (!result.ok) fail(result.problems);

const starting = startProject(result.config, log);
let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
void supervisorGone.then(() => stop('stdin ended'));

try {
  const { address } = await starting;
  process.stdout.write(`${JSON.stringify({ event: 'ready', listen: address })}\n`);
} catch (error) {
  log('error', `could not start to listen on ${formatListen(result.config.listen)}`, describeError(error));
  process.exit(1);
}

async function stop(reason: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  log('info', 'stopping', { reason });
  // Longer than the grace of requests; whatever hangs then must not keep a stopped project running.
  setTimeout(() => process.exit(1), LAST_RESORT_MS);
  await (await starting).close();
  process.exit(0);
}

function fail(problems: readonly string[]): never {
  for (const problem of problems) log('error', problem);
  process.exit(2);
}
