import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useAnswer } from '../../api/hooks.ts';
import type { AnswerOf } from '../../api/types.ts';
import { LinkButton } from '../../ui/button.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Search } from '../../ui/search.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { Status } from '../../ui/status.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './project-list-page.module.css';

type Listed = AnswerOf<'listProjectOverviews'>[number];

/** How often the list is asked for while something on it is under way. */
const WATCHING_MS = 1_500;
const AT_REST_MS = 30_000;

const columnsWith = (nameOf: (slug: string) => string): readonly Column<Listed>[] => [
  {
    label: 'Project',
    cell: ({ ref, name }) => (
      <Link className={styles['name']} to="/projects/$ref" params={{ ref }}>
        {name}
      </Link>
    ),
  },
  { label: 'Status', cell: (project) => <Status of={project} /> },
  { label: 'Region', cell: ({ region }) => <code>{region}</code>, minor: true },
  { label: 'Template', cell: ({ template }) => template, minor: true },
  { label: 'Size', cell: ({ size }) => size, minor: true },
  {
    label: 'Organization',
    cell: ({ organization_slug: slug }) => (
      <Link to="/organizations/$slug" params={{ slug }}>
        {nameOf(slug)}
      </Link>
    ),
    minor: true,
  },
  {
    label: 'Last active',
    cell: ({ last_used_at }) => (last_used_at === null ? 'Not yet' : <Time at={last_used_at} />),
    minor: true,
  },
];

const newProject = (
  <LinkButton tone="primary" icon="plus" to="/new">
    New project
  </LinkButton>
);

export function ProjectListPage() {
  const { search = '' } = useSearch({ from: '/inside/' });
  const navigate = useNavigate({ from: '/' });
  const projects = useAnswer(
    'listProjectOverviews',
    {},
    { every: (all) => (all?.some(({ in_transition }) => in_transition) ? WATCHING_MS : AT_REST_MS) },
  );
  const any = (projects.data?.length ?? 0) > 0;
  return (
    <Page
      title="Projects"
      actions={
        any && (
          <>
            <Search
              label="Search projects"
              value={search}
              onChange={(value) =>
                void navigate({ search: value === '' ? {} : { search: value }, replace: true })
              }
            />
            {newProject}
          </>
        )
      }
    >
      <Loaded query={projects} lines={6}>
        {(all) => (all.length === 0 ? <First /> : <Found all={all} search={search} />)}
      </Loaded>
    </Page>
  );
}

function Found({ all, search }: { readonly all: readonly Listed[]; readonly search: string }) {
  const { data: organizations } = useAnswer('listOrganizations', {});
  const nameOf = (slug: string) => organizations?.find((each) => each.slug === slug)?.name ?? slug;
  const words = search.toLowerCase();
  const found = all.filter(({ name, ref }) => name.toLowerCase().includes(words) || ref === words);
  if (found.length === 0) return <Empty title={`No project is called “${search}”`} />;
  return <DataTable label="Projects" columns={columnsWith(nameOf)} rows={found} keyOf={({ ref }) => ref} />;
}

function First() {
  return (
    <Empty title="Make your first project" actions={newProject}>
      A project is a Postgres database with an API, users, files and functions around it, at an address of its
      own. It takes about a second.
    </Empty>
  );
}
