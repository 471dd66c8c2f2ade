import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { IconButton } from '../../ui/button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Search } from '../../ui/search.tsx';
import { sizeOf } from '../../ui/size.ts';
import { Loaded } from '../../ui/skeleton.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { Awake } from '../project/awake.tsx';
import { ConfirmDialog } from '../project/confirm-dialog.tsx';
import { useProject } from '../project/use-project.ts';
import { useServiceAction, useServiceAnswer } from '../project/use-service.ts';
import { FilePreview } from './file-preview.tsx';
import { type Entry, PAGE_SIZE, listEntries, removeFiles, signedLink } from './storage.ts';
import styles from './storage.module.css';
import { Uploads } from './uploads.tsx';

type Asked = { readonly what: 'preview' | 'delete'; readonly path: string; readonly entry: Entry };

/** As long as a slow connection takes until it has begun. */
const DOWNLOAD_SECONDS = 60;

export function BucketPage() {
  const { ref, name } = useProject();
  const { bucket } = useParams({ from: '/inside/projects/$ref/storage/$bucket' });
  const { folder = '' } = useSearch({ from: '/inside/projects/$ref/storage/$bucket' });
  const [search, setSearch] = useState('');
  return (
    <Page
      title={bucket}
      of={name}
      about={<Folders refOf={ref} bucket={bucket} folder={folder} />}
      actions={<Search label="Search this folder" value={search} onChange={setSearch} />}
    >
      <Awake>
        <Uploads bucket={bucket} folder={folder} />
        <Files key={`${bucket} ${folder}`} bucket={bucket} folder={folder} search={search} />
      </Awake>
    </Page>
  );
}

interface FoldersProps {
  readonly refOf: string;
  readonly bucket: string;
  readonly folder: string;
}

/** The way down to the folder one is in. */
function Folders({ refOf: ref, bucket, folder }: FoldersProps) {
  const names = folder === '' ? [] : folder.split('/');
  return (
    <span className={styles['folders']}>
      <Link to="/projects/$ref/storage" params={{ ref }}>
        Storage
      </Link>
      <Link to="/projects/$ref/storage/$bucket" params={{ ref, bucket }} search={{}}>
        {bucket}
      </Link>
      {names.map((each, index) => {
        const to = names.slice(0, index + 1).join('/');
        return (
          <Link key={to} to="/projects/$ref/storage/$bucket" params={{ ref, bucket }} search={{ folder: to }}>
            {each}
          </Link>
        );
      })}
    </span>
  );
}

interface FilesProps {
  readonly bucket: string;
  readonly folder: string;
  readonly search: string;
}

function Files({ bucket, folder, search }: FilesProps) {
  const navigate = useNavigate({ from: '/projects/$ref/storage/$bucket' });
  const words = useDeferredValue(search);
  const [page, setPage] = useState(0);
  const [asked, setAsked] = useState<Asked>();
  const listing = { bucket, folder, search: words, offset: page * PAGE_SIZE };
  const entries = useServiceAnswer(
    ['files', listing],
    (service, signal) => listEntries(service, listing, signal),
    { keep: true },
  );
  const pathOf = ({ name }: Entry) => (folder === '' ? name : `${folder}/${name}`);
  const fetchFile = useServiceAction(async (service, entry: Entry) => {
    const link = await signedLink(service, bucket, pathOf(entry), DOWNLOAD_SECONDS);
    window.location.assign(`${service.base}${link}&download=${encodeURIComponent(entry.name)}`);
  });
  const columns: readonly Column<Entry>[] = [
    {
      label: 'Name',
      cell: (entry) => (
        <button
          type="button"
          className={styles['open']}
          onClick={() =>
            entry.id === null
              ? void navigate({ search: { folder: pathOf(entry) } })
              : setAsked({ what: 'preview', path: pathOf(entry), entry })
          }
        >
          {entry.name}
          {entry.id === null && '/'}
        </button>
      ),
    },
    {
      label: 'Type',
      cell: ({ id, metadata }) => (id === null ? 'Folder' : (metadata?.mimetype ?? '')),
      minor: true,
    },
    {
      label: 'Size',
      cell: ({ metadata }) => (metadata?.size === undefined ? '' : sizeOf(metadata.size)),
      figures: true,
    },
    {
      label: 'Changed',
      cell: ({ updated_at }) => updated_at !== null && <Time at={updated_at} />,
      minor: true,
    },
    {
      label: 'Actions',
      unlabelled: true,
      figures: true,
      cell: (entry) =>
        entry.id !== null && (
          <Menu trigger={<IconButton icon="more" label={`Actions for ${entry.name}`} />}>
            <MenuItem onSelect={() => setAsked({ what: 'preview', path: pathOf(entry), entry })}>
              Preview and link
            </MenuItem>
            <MenuItem onSelect={() => fetchFile.mutate(entry)}>Download</MenuItem>
            <MenuItem danger onSelect={() => setAsked({ what: 'delete', path: pathOf(entry), entry })}>
              Delete
            </MenuItem>
          </Menu>
        ),
    },
  ];
  const close = () => setAsked(undefined);
  return (
    <>
      <Loaded query={entries}>
        {(found) =>
          found.length === 0 ? (
            <Empty title={words === '' ? 'Nothing is in here' : `No file is found by “${words}”`} />
          ) : (
            <DataTable
              label="Files"
              columns={columns}
              rows={found}
              keyOf={({ name, id }) => `${name} ${id}`}
            />
          )
        }
      </Loaded>
      {(page > 0 || entries.data?.length === PAGE_SIZE) && (
        <nav className={styles['pages']} aria-label="Pages of files">
          <IconButton icon="left" label="Before" disabled={page === 0} onClick={() => setPage(page - 1)} />
          <IconButton
            icon="right"
            label="After"
            disabled={(entries.data?.length ?? 0) < PAGE_SIZE}
            onClick={() => setPage(page + 1)}
          />
        </nav>
      )}
      {asked?.what === 'preview' && (
        <FilePreview bucket={bucket} path={asked.path} entry={asked.entry} onClose={close} />
      )}
      {asked?.what === 'delete' && <RemoveDialog bucket={bucket} path={asked.path} onClose={close} />}
    </>
  );
}

interface RemoveDialogProps {
  readonly bucket: string;
  readonly path: string;
  readonly onClose: () => void;
}

function RemoveDialog({ bucket, path, onClose }: RemoveDialogProps) {
  const remove = useServiceAction(
    (service, paths: readonly string[]) => removeFiles(service, bucket, paths),
    {
      done: 'The file is deleted.',
      onDone: onClose,
      inline: true,
    },
  );
  return (
    <ConfirmDialog
      title={`Delete ${path}?`}
      about="This can’t be undone, and backups hold no files."
      action="Delete"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate([path])}
      onClose={onClose}
    />
  );
}
