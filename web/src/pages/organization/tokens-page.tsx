import { useState } from 'react';
import { useAction, useAnswer } from '../../api/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { TokenDialog, TokenTable } from './token-parts.tsx';
import { ROLES, type Role, roleIn, roleMay, useMayHere, useOrganization } from './use-organization.ts';

export function TokensPage() {
  const { slug, name } = useOrganization();
  const mayWrite = useMayHere('access_tokens_write');
  const [making, setMaking] = useState(false);
  const [role, setRole] = useState<Role>('developer');
  const tokens = useAnswer('listOrganizationTokens', { params: { slug } });
  const make = useAction('createOrganizationToken', { inline: true });
  const revoke = useAction('revokeOrganizationToken', { done: 'The token is revoked.' });
  return (
    <Page
      title="Access tokens"
      of={name}
      about="They belong to the organization, whoever leaves it."
      actions={
        mayWrite && (
          <Button tone="primary" icon="plus" onClick={() => setMaking(true)}>
            New token
          </Button>
        )
      }
    >
      <Loaded query={tokens}>
        {(all) => (
          <TokenTable tokens={all} onRevoke={({ id }) => revoke.mutate({ params: { slug, token_id: id } })} />
        )}
      </Loaded>
      {making && (
        <TokenDialog
          busy={make.isPending}
          error={make.error}
          made={make.data}
          onMake={(wanted) => make.mutate({ params: { slug }, body: { ...wanted, role } })}
          onClose={() => {
            setMaking(false);
            make.reset();
          }}
        >
          <SelectField
            label="Role"
            hint={roleMay(role)}
            options={ROLES}
            value={role}
            onChange={({ target }) => setRole(roleIn(target.value))}
          />
        </TokenDialog>
      )}
    </Page>
  );
}
