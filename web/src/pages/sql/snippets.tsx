import { Link } from '@tanstack/react-router';
import { useAction, useAnswer } from '../../api/hooks.ts';
import { IconButton } from '../../ui/button.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import styles from './sql-page.module.css';

interface SnippetsProps {
  readonly refOfProject: string;
  readonly chosen: string | undefined;
  readonly mayWrite: boolean;
}

/** What was saved. */
export function Snippets({ refOfProject: ref, chosen, mayWrite }: SnippetsProps) {
  const snippets = useAnswer('listSnippets', { query: { project_ref: ref, limit: '100', sort_by: 'name' } });
  const remove = useAction('deleteSnippet', { done: 'The snippet is deleted.' });
  return (
    <section className={styles['snippets']} aria-label="Saved SQL">
      <h2>Saved</h2>
      <Loaded query={snippets}>
        {({ data }) =>
          data.length === 0 ? (
            <p className={styles['none']}>Nothing yet. Save what you want to have again.</p>
          ) : (
            <ul>
              {data.map(({ id, name }) => (
                <li key={id}>
                  <Link
                    to="/projects/$ref/sql"
                    params={{ ref }}
                    search={{ snippet: id }}
                    aria-current={chosen === id ? 'page' : undefined}
                  >
                    {name}
                  </Link>
                  {mayWrite && (
                    <IconButton
                      icon="trash"
                      label={`Delete ${name}`}
                      onClick={() => remove.mutate({ params: { ref, id } })}
                    />
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}
