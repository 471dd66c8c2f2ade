import { createLog } from './server/log.ts';
import { startProject } from './server/project.ts';
import { readConfig } from './settings/config.ts';
import { readSource } from './settings/source.ts';

const log = createLog('light', (line) => process.stderr.write(line));

const source = await readSource(process.env, process.stdin);
if (!source.ok) fail([source.problem]);
const { settings, supervisorGone } = source.source;
const config = await readConfig(settings);
if (!config.ok) fail(config.problems);

const project = await startProject(config.config, log);
process.stdout.write(`${JSON.stringify({ event: 'ready', listen: project.address })}\n`);

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
void supervisorGone.then(() => stop('stdin ended'));

async function stop(reason: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  log('info', 'stopping', { reason });
  await project.close();
  process.exit(0);
}

function fail(problems: readonly string[]): never {
  for (const problem of problems) log('error', problem);
  process.exit(2);
}
