import { within } from './deadline.ts';
import { isAlive, listProcesses, signalEntry, type ProcessEntry } from './process-table.ts';

type Signals = readonly (readonly [signal: NodeJS.Signals, graceMs: number])[];

/** Postgres's fast shutdown, then its immediate one. */
const POSTGRES: Signals = [
  ['SIGINT', 5000],
  ['SIGQUIT', 3000],
  ['SIGKILL', 3000],
];
const OTHERS: Signals = [
  ['SIGTERM', 2000],
  ['SIGKILL', 3000],
];

/** The title Postgres gives its child processes begins with this; `cluster_name` carries it. */
export const CLUSTER_NAME = 'baseplane-';

/**
 * The processes that were started for the clusters in a folder, and what they started. Only shapes that nothing else
 * has count: a person's `tail -f` of a log there is none of them.
 */
export async function processesUnder(
  folder: string,
  clusterIds: readonly string[],
): Promise<readonly ProcessEntry[]> {
  const titles = new Set(clusterIds.map((id) => `postgres: ${CLUSTER_NAME}${id}:`));
  return (await listProcesses()).filter(
    ({ command }) =>
      command.startsWith(`${folder}/`) ||
      command.includes(`/postgres -D ${folder}/`) ||
      command.includes(`/initdb -D ${folder}/`) ||
      titles.has(command.split(' ').slice(0, 2).join(' ')),
  );
}

/** Ends the processes that `find` finds; answers how many there were, when none is left. */
export async function endProcesses(find: () => Promise<readonly ProcessEntry[]>): Promise<number> {
  const found = await find();
  const [children, others] = [
    found.filter(isPostgresChild),
    found.filter((entry) => !isPostgresChild(entry)),
  ];
  await Promise.all(others.map((entry) => end(entry, entry.command.includes(' -D ') ? POSTGRES : OTHERS)));
  // A postmaster's children leave by themselves once it is gone; one that is stuck is ended like any process.
  if (children.length > 0) await within(2000, async () => (await find()).length === 0, 50);
  await Promise.all((await find()).map((entry) => end(entry, OTHERS)));
  return found.length;
}

/** Of what `processesUnder` finds: a server or one of its children. */
export function isPostgres(entry: ProcessEntry): boolean {
  return isPostgresChild(entry) || entry.command.includes('/postgres -D ');
}

function isPostgresChild(entry: ProcessEntry): boolean {
  return entry.command.startsWith('postgres: ');
}

async function end(entry: ProcessEntry, signals: Signals): Promise<void> {
  for (const [signal, graceMs] of signals) {
    await signalEntry(entry, signal);
    if (await within(graceMs, async () => !(await isAlive(entry)), 20)) return;
  }
}
