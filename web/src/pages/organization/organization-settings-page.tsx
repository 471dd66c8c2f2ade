import { useNavigate } from '@tanstack/react-router';
import { useAction } from '../../api/hooks.ts';
import { DeleteForm } from '../../ui/delete-form.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { RenameForm } from '../../ui/rename-form.tsx';
import { useMayHere, useOrganization } from './use-organization.ts';

export function OrganizationSettingsPage() {
  const { slug, name } = useOrganization();
  const mayWrite = useMayHere('organization_admin_write');
  const navigate = useNavigate();
  const rename = useAction('updateOrganization', { done: 'The organization is renamed.', inline: true });
  const remove = useAction('deleteOrganization', {
    done: `${name} is deleted.`,
    inline: true,
    onDone: () => void navigate({ to: '/' }),
  });
  return (
    <Page title="Settings" of={name}>
      <Section title="General">
        <RenameForm
          name={name}
          hint={mayWrite ? undefined : 'Owners alone can change it.'}
          disabled={!mayWrite}
          busy={rename.isPending}
          error={rename.error}
          onRename={(called) => rename.mutate({ params: { slug }, body: { name: called } })}
        />
      </Section>
      {mayWrite && (
        <Section title="Delete" about="Only an organization that has no projects left can be deleted.">
          <DeleteForm
            name={name}
            action="Delete the organization"
            busy={remove.isPending}
            error={remove.error}
            onDelete={() => remove.mutate({ params: { slug } })}
          />
        </Section>
      )}
    </Page>
  );
}
