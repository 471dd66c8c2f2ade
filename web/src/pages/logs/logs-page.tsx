import { useDeferredValue, useState } from 'react';
import { useAnswer } from '../../api/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Empty, ErrorNote } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Search } from '../../ui/search.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useProject } from '../project/use-project.ts';
import { LEVELS, type LevelName, RANGE_MS, SERVICES, SPANS, type SpanName, logSql } from './log-query.ts';
import { LogList } from './log-list.tsx';
import styles from './logs-page.module.css';

const FOLLOW_MS = 2_000;

const rangeOf = (span: SpanName) => {
  const start = Date.now() - SPANS[span].ms;
  return {
    iso_timestamp_start: new Date(start).toISOString(),
    iso_timestamp_end: new Date(start + RANGE_MS).toISOString(),
  };
};

export function LogsPage() {
  const { ref, name } = useProject();
  const [source, setSource] = useState('');
  const [level, setLevel] = useState<LevelName>('all');
  const [span, setSpan] = useState<SpanName>('hour');
  const [range, setRange] = useState(() => rangeOf('hour'));
  const [search, setSearch] = useState('');
  const [following, setFollowing] = useState(true);
  const words = useDeferredValue(search);
  const logs = useAnswer(
    'queryLogs',
    { params: { ref }, query: { sql: logSql({ source, level, words }), ...range } },
    { keep: true, every: () => (following ? FOLLOW_MS : false) },
  );
  return (
    <Page
      title="Logs"
      of={name}
      wide
      about="What the project’s services have said, the newest first."
      actions={
        <Button
          icon={following ? 'stop' : 'play'}
          aria-pressed={following}
          onClick={() => setFollowing(!following)}
        >
          {following ? 'Stop following' : 'Follow'}
        </Button>
      }
    >
      <div className={styles['filters']}>
        <SelectField
          label="Service"
          options={SERVICES}
          value={source}
          onChange={({ target }) => setSource(target.value)}
        />
        <SelectField
          label="Level"
          options={optionsOf(LEVELS)}
          value={level}
          onChange={({ target }) => setLevel(nameIn(LEVELS, target.value) ?? 'all')}
        />
        <SelectField
          label="Time span"
          options={optionsOf(SPANS)}
          value={span}
          onChange={({ target }) => {
            const chosen = nameIn(SPANS, target.value) ?? 'hour';
            setSpan(chosen);
            setRange(rangeOf(chosen));
          }}
        />
        <Search label="Search messages" value={search} onChange={setSearch} />
      </div>
      {logs.isError && <ErrorNote error={logs.error} />}
      {logs.data === undefined && !logs.isError && <Skeleton lines={8} />}
      {logs.data?.result.length === 0 && (
        <Empty title="Nothing was logged">Choose a longer time, another service or other words.</Empty>
      )}
      {logs.data !== undefined && logs.data.result.length > 0 && <LogList rows={logs.data.result} />}
    </Page>
  );
}

type Labelled = Readonly<Record<string, { readonly label: string }>>;

const optionsOf = (choices: Labelled) =>
  Object.entries(choices).map(([value, { label }]) => ({ value, label }));

function nameIn<Choices extends Labelled>(
  choices: Choices,
  value: string,
): (keyof Choices & string) | undefined {
  const isName = (name: string): name is keyof Choices & string => name in choices;
  return isName(value) ? value : undefined;
}
