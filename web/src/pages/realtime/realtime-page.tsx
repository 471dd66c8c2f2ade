import { useEffect, useMemo, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Chart } from '../../ui/chart.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Awake } from '../project/awake.tsx';
import { useProject } from '../project/use-project.ts';
import { useServiceAnswer } from '../project/use-service.ts';
import { Inspector } from './inspector.tsx';
import styles from './realtime-page.module.css';

interface Overview {
  readonly connections: number;
  readonly users: number;
  readonly channels_joined: number;
  readonly messages_per_second: number;
  readonly joins_per_second: number;
  readonly limits: { readonly max_concurrent_users: number; readonly max_events_per_second: number };
  readonly channels: readonly {
    readonly topic: string;
    readonly private: boolean;
    readonly clients: number;
    readonly present: number;
  }[];
}

type Topic = Overview['channels'][number];

const EVERY_MS = 2_000;
/** Points of the curve: five minutes. */
const KEPT = 150;

export function RealtimePage() {
  return (
    <Page title="Realtime" of={useProject().name} about="Who is connected at this moment, and what is said.">
      <Awake>
        <Live />
      </Awake>
    </Page>
  );
}

function Live() {
  const [watched, setWatched] = useState<string>();
  const overview = useServiceAnswer<Overview>(
    ['realtime'],
    (service, signal) => service.ask('/realtime/v1/api/channels', { signal }),
    { every: EVERY_MS },
  );
  const columns: readonly Column<Topic>[] = [
    { label: 'Channel', cell: ({ topic }) => <code>{topic}</code> },
    { label: 'Kind', cell: ({ private: hidden }) => (hidden ? 'Private' : 'Public'), minor: true },
    { label: 'Clients', cell: ({ clients }) => clients.toLocaleString(), figures: true },
    { label: 'Present', cell: ({ present }) => present.toLocaleString(), figures: true },
    {
      label: 'Actions',
      unlabelled: true,
      figures: true,
      cell: ({ topic, private: hidden }) =>
        !hidden && <Button onClick={() => setWatched(topic)}>Watch</Button>,
    },
  ];
  return (
    <>
      <Loaded query={overview}>
        {(now) => (
          <>
            <Figures of={now} />
            <Messages perSecond={now.messages_per_second} at={overview.dataUpdatedAt} />
            <Section title="Channels">
              {now.channels.length === 0 ? (
                <Empty title="Nobody has joined a channel">Join one below, and it is here.</Empty>
              ) : (
                <DataTable
                  label="Joined channels"
                  columns={columns}
                  rows={now.channels}
                  keyOf={({ topic, private: hidden }) => `${topic} ${hidden}`}
                />
              )}
            </Section>
          </>
        )}
      </Loaded>
      <Inspector key={watched ?? ''} topic={watched ?? ''} />
    </>
  );
}

function Figures({ of }: { readonly of: Overview }) {
  const figures = [
    { label: 'Connections', value: of.connections, of: undefined },
    { label: 'Users', value: of.users, of: of.limits.max_concurrent_users },
    { label: 'Channels joined', value: of.channels_joined, of: undefined },
    { label: 'Messages per second', value: of.messages_per_second, of: of.limits.max_events_per_second },
  ];
  return (
    <dl className={styles['figures']}>
      {figures.map(({ label, value, of: most }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            {value.toLocaleString(undefined, { maximumFractionDigits: 1 })}
            {most !== undefined && <span> of {most.toLocaleString()}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** What was seen since the page was opened. */
function Messages({ perSecond, at }: { readonly perSecond: number; readonly at: number }) {
  const [points, setPoints] = useState<readonly (readonly [number, number])[]>([]);
  useEffect(() => {
    setPoints((before) => [...before, [at / 1000, perSecond] as const].slice(-KEPT));
  }, [at, perSecond]);
  const times = useMemo(() => points.map(([time]) => time), [points]);
  const series = useMemo(
    () => [{ label: 'Messages per second', values: points.map(([, value]) => value) }],
    [points],
  );
  if (points.length < 2) return null;
  return <Chart label="Messages per second since this page was opened" times={times} series={series} />;
}
