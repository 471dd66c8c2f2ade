import { z } from 'zod';
import { projectRefSchema } from '../kernel/ids.ts';
import { type Activity, laterOf } from '../project/activity.ts';
import { useOf } from './counted-use.ts';
import type { LogLine } from './edge-log.port.ts';
import { METERED_SERVICES, amountsOf, egressOf, requestsTo } from './meters.ts';
import type { UsageEvent } from './record-usage.ts';

/** What the edge calls the page that the meter itself reads. */
const OWN = 'own';

const ofProject = z.object({
  time: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  ref: projectRefSchema,
  bytes_out: z.int().nonnegative(),
  request_id: z.string().regex(/^[0-9a-f]{32}$/),
});

/** As the edge's nginx writes it: one line a request, when that is over. */
const requestSchema = ofProject.extend({
  service: z.enum([...METERED_SERVICES, OWN]),
  status: z.int(),
  outcome: z.enum(['project', 'wake', 'broke', 'asleep']),
});

/** As the Postgres gateway writes it into the same log: one line a minute, while something passes. */
const sessionsSchema = ofProject.extend({
  service: z.literal('postgres'),
  method: z.enum(['WORK', 'IDLE']),
});

/** What the gateway says of itself. */
const ownSchema = z.object({ level: z.enum(['info', 'error']), message: z.string() });

const lineSchema = z.union([requestSchema, sessionsSchema, ownSchema.transform(() => 'own' as const)]);

type EdgeLine = z.infer<typeof lineSchema>;
type CountedRequest = z.infer<typeof requestSchema> & {
  readonly service: (typeof METERED_SERVICES)[number];
};
export type CountedLine = CountedRequest | z.infer<typeof sessionsSchema>;

export interface ReadLines {
  /** Those that are counted, as a gateway counts what passes through it. */
  readonly counted: readonly CountedLine[];
  /** How many are nothing that an edge writes, of those that nobody has seen before. */
  readonly unreadable: number;
}

/** `seen`: what is older has been read before. */
export function readEdgeLines(lines: readonly LogLine[], seen: Date): ReadLines {
  const read = lines.map(({ at, text }) => ({ at, line: readLine(text) }));
  return {
    counted: read.flatMap(({ line }) => (line !== undefined && isCounted(line) ? [line] : [])),
    unreadable: read.filter(({ at, line }) => line === undefined && at >= seen).length,
  };
}

function readLine(text: string): EdgeLine | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The wake route says 404 of what is no project, and then nobody is there to count it for. */
function isCounted(line: EdgeLine): line is CountedLine {
  if (line === 'own') return false;
  if (line.service === 'postgres') return true;
  return line.service !== OWN && !(line.outcome === 'wake' && line.status === 404);
}

/** Told apart by the request, whatever delivers its line how often. */
export function eventOf({ request_id: id, time: at, service, bytes_out }: CountedLine): UsageEvent {
  if (service === 'postgres') return { id, at, amounts: amountsOf([['egress_bytes_postgres', bytes_out]]) };
  const amounts = amountsOf([
    [requestsTo(service), 1],
    [egressOf(service), bytes_out],
  ]);
  return { id, at, amounts };
}

/** Pools that only ask whether their connections still live are no use. */
const useOfSessions = ({ method }: z.infer<typeof sessionsSchema>) =>
  method === 'WORK' ? 'postgres' : undefined;

/** By what a project was used last, as these lines tell. */
export function activityIn(lines: readonly CountedLine[]): Activity {
  return lines.reduce<Activity>((known, line) => {
    const use = line.service === 'postgres' ? useOfSessions(line) : useOf(line);
    return use === undefined ? known : laterOf(known, { [use]: line.time.toISOString() });
  }, {});
}
