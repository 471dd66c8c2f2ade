import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useAnswer } from '../../api/hooks.ts';
import type { AnswerOf } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Search } from '../../ui/search.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './audit-page.module.css';
import { useOrganization } from './use-organization.ts';

type Event = AnswerOf<'listAuditEvents'>['events'][number];

const COLUMNS: readonly Column<Event>[] = [
  { label: 'When', cell: ({ at }) => <Time at={at} exact /> },
  { label: 'What', cell: ({ action }) => <code>{action}</code> },
  { label: 'Of what', cell: ({ subject }) => <code>{subject}</code>, minor: true },
  { label: 'Who', cell: ({ actor }) => actor.email },
  { label: 'From', cell: ({ actor }) => <code>{actor.ip}</code>, minor: true },
  {
    label: 'More',
    cell: ({ details }) =>
      Object.entries(details)
        .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
        .join(', '),
    minor: true,
  },
];

export function AuditPage() {
  const { slug, name } = useOrganization();
  const { action = '', actor = '' } = useSearch({ from: '/inside/organizations/$slug/audit' });
  const navigate = useNavigate({ from: '/organizations/$slug/audit' });
  const [older, setOlder] = useState<readonly string[]>([]);
  const cursor = older.at(-1);
  const page = useAnswer(
    'listAuditEvents',
    { params: { slug }, query: { action, actor, ...(cursor === undefined ? {} : { cursor }) } },
    { keep: true },
  );
  const filter = (change: { readonly action?: string; readonly actor?: string }) => {
    setOlder([]);
    void navigate({ search: { action, actor, ...change }, replace: true });
  };
  return (
    <Page
      title="Audit log"
      of={name}
      about="Who changed what, the newest first."
      actions={
        <>
          <Search label="Action" value={action} onChange={(value) => filter({ action: value })} />
          <Search label="Who" value={actor} onChange={(value) => filter({ actor: value })} />
        </>
      }
    >
      <Loaded query={page} lines={8}>
        {({ events, cursor: next }) => (
          <>
            {events.length === 0 ? (
              <Empty title="Nothing was found">
                An action is found by its whole name, such as project.create; a person by the e-mail address.
              </Empty>
            ) : (
              <DataTable
                label="Events"
                columns={COLUMNS}
                rows={events}
                keyOf={({ at, action, subject, actor }) => `${at} ${action} ${subject} ${actor.request_id}`}
              />
            )}
            <nav className={styles['pages']} aria-label="Pages of events">
              <Button icon="left" disabled={older.length === 0} onClick={() => setOlder(older.slice(0, -1))}>
                Newer
              </Button>
              <Button
                icon="right"
                disabled={next === null}
                onClick={() => setOlder(next === null ? older : [...older, next])}
              >
                Older
              </Button>
            </nav>
          </>
        )}
      </Loaded>
    </Page>
  );
}
