import { useNavigate } from '@tanstack/react-router';
import { useAction } from '../../api/hooks.ts';
import { DeleteForm } from '../../ui/delete-form.tsx';
import { Section } from '../../ui/page.tsx';
import { useProject } from '../project/use-project.ts';

export function DeleteSection() {
  const { ref, name, actions } = useProject();
  const because = actions.find(({ action }) => action === 'delete')?.because ?? null;
  const navigate = useNavigate();
  const remove = useAction('deleteProject', {
    inline: true,
    onDone: () => void navigate({ to: '/certificates/$ref', params: { ref } }),
  });
  return (
    <Section
      title="Delete"
      about="The database, the files, the functions, the keys and every backup go, for good. A certificate says what was deleted, and that nothing is left."
    >
      <DeleteForm
        name={name}
        action="Delete the project"
        because={because}
        busy={remove.isPending}
        error={remove.error}
        onDelete={() => remove.mutate({ params: { ref } })}
      />
    </Section>
  );
}
