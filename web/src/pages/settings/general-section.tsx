import { useAction } from '../../api/hooks.ts';
import { Section } from '../../ui/page.tsx';
import { RenameForm } from '../../ui/rename-form.tsx';
import { ActionButton } from '../project/action-button.tsx';
import { useMay, useProject } from '../project/use-project.ts';
import styles from './settings.module.css';

export function GeneralSection() {
  const project = useProject();
  const { ref, name } = project;
  const mayWrite = useMay('project_admin_write');
  const rename = useAction('updateProject', { inline: true, done: 'The project is renamed.' });
  return (
    <Section title="General">
      <RenameForm
        name={name}
        disabled={!mayWrite}
        busy={rename.isPending}
        error={rename.error}
        onRename={(called) => rename.mutate({ params: { ref }, body: { name: called } })}
      />
      <p className={styles['fact']}>
        A restart keeps everything that is stored; a paused project costs nothing but what it stores.
      </p>
      <div className={styles['row']}>
        <ActionButton action="restart" />
        <ActionButton action="pause" />
        <ActionButton action="restore" />
      </div>
    </Section>
  );
}
