import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAction, useAnswer } from '../../api/hooks.ts';
import type { AnswerOf } from '../../api/types.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { CopyValue } from '../../ui/copy.tsx';
import { CheckField, TextArea, TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { ConfirmDialog } from '../project/confirm-dialog.tsx';
import { useMay, useProject } from '../project/use-project.ts';
import { SourceFile } from './source-file.tsx';
import styles from './functions-page.module.css';

type Fn = AnswerOf<'listFunctions'>[number];

const SAMPLE = `Deno.serve(async (request) => {
  const { name = 'world' } = await request.json().catch(() => ({}));
  return Response.json({ message: \`Hello, \${name}!\` });
});
`;

export function FunctionsPage() {
  const { ref, name } = useProject();
  const mayWrite = useMay('edge_functions_write');
  const [asked, setAsked] = useState<'new' | Fn>();
  const functions = useAnswer('listFunctions', { params: { ref } });
  const close = () => setAsked(undefined);
  const create = mayWrite && (
    <Button tone="primary" icon="plus" onClick={() => setAsked('new')}>
      New function
    </Button>
  );
  return (
    <Page
      title="Functions"
      of={name}
      about="Code that runs on Deno, at an address of the project."
      actions={create}
    >
      <Loaded query={functions}>
        {(all) =>
          all.length === 0 ? (
            <Empty title="There is no function yet" actions={create}>
              Write one here, or deploy a folder of them with the CLI.
            </Empty>
          ) : (
            <FunctionList functions={all} onRemove={mayWrite ? setAsked : undefined} />
          )
        }
      </Loaded>
      {asked === 'new' && <NewFunctionDialog onClose={close} />}
      {typeof asked === 'object' && <RemoveDialog fn={asked} onClose={close} />}
    </Page>
  );
}

interface FunctionListProps {
  readonly functions: readonly Fn[];
  readonly onRemove: ((fn: Fn) => void) | undefined;
}

function FunctionList({ functions, onRemove }: FunctionListProps) {
  const { ref, endpoint } = useProject();
  const columns: readonly Column<Fn>[] = [
    {
      label: 'Function',
      cell: ({ slug, name }) => (
        <Link className={styles['name']} to="/projects/$ref/functions/$slug" params={{ ref, slug }}>
          {name}
        </Link>
      ),
    },
    {
      label: 'Address',
      cell: ({ slug }) => (
        <CopyValue label={`address of ${slug}`} value={`${endpoint}/functions/v1/${slug}`} />
      ),
      minor: true,
    },
    { label: 'Version', cell: ({ version }) => version, figures: true },
    { label: 'Deployed', cell: ({ updated_at }) => <Time at={new Date(updated_at).toISOString()} /> },
    {
      label: 'Actions',
      unlabelled: true,
      figures: true,
      cell: (fn) =>
        onRemove !== undefined && (
          <IconButton icon="trash" label={`Delete ${fn.slug}`} onClick={() => onRemove(fn)} />
        ),
    },
  ];
  return <DataTable label="Functions" columns={columns} rows={functions} keyOf={({ id }) => id} />;
}

function NewFunctionDialog({ onClose }: { readonly onClose: () => void }) {
  const { ref } = useProject();
  const navigate = useNavigate();
  const [slug, setSlug] = useState('');
  const [source, setSource] = useState(SAMPLE);
  const [verified, setVerified] = useState(true);
  const create = useAction('createFunction', {
    done: 'The function is deployed.',
    inline: true,
    onDone: (fn) => void navigate({ to: '/projects/$ref/functions/$slug', params: { ref, slug: fn.slug } }),
  });
  return (
    <FormDialog
      title="New function"
      action="Deploy"
      busy={create.isPending}
      error={create.error}
      onSubmit={() =>
        create.mutate({ params: { ref }, body: { slug, name: slug, body: source, verify_jwt: verified } })
      }
      onClose={onClose}
    >
      <TextField
        label="Name"
        hint="Part of its address: letters, digits, “-” and “_”."
        value={slug}
        onChange={({ target }) => setSlug(target.value)}
        pattern="[A-Za-z][A-Za-z0-9_\-]*"
        required
      />
      <SourceFile onRead={setSource} />
      <TextArea
        label="Source"
        rows={10}
        spellCheck={false}
        className={styles['code']}
        value={source}
        onChange={({ target }) => setSource(target.value)}
        required
      />
      <CheckField
        label="Only for requests with a key or a signed-in user’s token"
        checked={verified}
        onChange={({ target }) => setVerified(target.checked)}
      />
    </FormDialog>
  );
}

function RemoveDialog({ fn, onClose }: { readonly fn: Fn; readonly onClose: () => void }) {
  const { ref } = useProject();
  const remove = useAction('deleteFunction', {
    done: 'The function is deleted.',
    onDone: onClose,
    inline: true,
  });
  return (
    <ConfirmDialog
      title={`Delete ${fn.slug}?`}
      about="With all of its versions. Requests to it get 404 from then on."
      action="Delete"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ params: { ref, function_slug: fn.slug } })}
      onClose={onClose}
    />
  );
}
