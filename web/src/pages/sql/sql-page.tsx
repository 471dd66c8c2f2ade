import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useAction, useAnswer } from '../../api/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { SqlEditor } from '../../ui/editor/sql-editor.tsx';
import { CheckField } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { useMay, useProject } from '../project/use-project.ts';
import { Results } from './results.tsx';
import { SaveDialog } from './save-dialog.tsx';
import { Snippets } from './snippets.tsx';
import styles from './sql-page.module.css';
import { useDraft } from './use-draft.ts';
import { useRun } from './use-run.ts';
import { useSchema } from './use-schema.ts';

export function SqlPage() {
  const { ref, name } = useProject();
  const mayWrite = useMay('database_write');
  const { snippet: id } = useSearch({ from: '/inside/projects/$ref/sql' });
  const navigate = useNavigate();
  const [sql, setSql] = useDraft(ref);
  const [readOnly, setReadOnly] = useState(!mayWrite);
  const [saving, setSaving] = useState(false);
  const run = useRun(ref, readOnly);
  const schema = useSchema(ref);
  const update = useAction('updateSnippet', { done: 'Saved.' });
  const saved = useAnswer('getSnippet', { params: { id: id ?? '' } }, { enabled: id !== undefined });
  const text = saved.data?.content.sql;
  const changed = text !== undefined && sql !== text;
  useEffect(() => {
    if (text !== undefined) setSql(text);
  }, [text, setSql]);
  const open = (snippet: string | undefined) =>
    void navigate({
      to: '/projects/$ref/sql',
      params: { ref },
      search: snippet === undefined ? {} : { snippet },
    });
  const save = () =>
    id === undefined ? setSaving(true) : update.mutate({ params: { ref, id }, body: { sql } });

  return (
    <Page
      title="SQL editor"
      of={name}
      about={changed ? `Changes to ${saved.data?.name} are not saved.` : undefined}
      wide
      actions={
        <>
          <CheckField
            label="Read only"
            checked={readOnly}
            disabled={!mayWrite}
            onChange={({ target }) => setReadOnly(target.checked)}
          />
          {id !== undefined && (
            <Button
              tone="quiet"
              icon="plus"
              onClick={() => {
                setSql('');
                open(undefined);
              }}
            >
              New
            </Button>
          )}
          {mayWrite && (
            <Button disabled={id !== undefined && !changed} onClick={save}>
              Save
            </Button>
          )}
          {run.running ? (
            <Button icon="stop" onClick={run.cancel}>
              Cancel
            </Button>
          ) : (
            <Button
              tone="primary"
              icon="play"
              title="Ctrl+Enter"
              aria-keyshortcuts="Control+Enter Meta+Enter"
              onClick={() => run.start(sql)}
            >
              Run
            </Button>
          )}
        </>
      }
    >
      <div className={styles['layout']}>
        <div className={styles['work']}>
          <div className={styles['editor']}>
            <SqlEditor label="SQL" value={sql} schema={schema} onChange={setSql} onRun={run.start} />
          </div>
          <Results outcome={run.outcome} />
        </div>
        <Snippets refOfProject={ref} chosen={id} mayWrite={mayWrite} />
      </div>
      {saving && (
        <SaveDialog
          refOfProject={ref}
          sql={sql}
          onClose={() => setSaving(false)}
          onSaved={(snippet) => {
            setSaving(false);
            open(snippet);
          }}
        />
      )}
    </Page>
  );
}
