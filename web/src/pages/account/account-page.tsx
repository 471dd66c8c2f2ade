import { useState } from 'react';
import { useAction, useAnswer } from '../../api/hooks.ts';
import { useApp } from '../../app.ts';
import { Button } from '../../ui/button.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { TokenDialog, TokenTable } from '../organization/token-parts.tsx';

/** What is the reader's own. */
export function AccountPage() {
  const { installation } = useApp();
  const [making, setMaking] = useState(false);
  const profile = useAnswer('getProfile', {});
  const tokens = useAnswer('listTokens', {});
  const make = useAction('createToken', { inline: true });
  const revoke = useAction('revokeToken', { done: 'The token is revoked.' });
  return (
    <Page
      title="Account"
      about={profile.data?.primary_email}
      actions={
        installation.account_url !== null && (
          <Button onClick={() => window.location.assign(installation.account_url ?? '/')}>
            Password and sessions
          </Button>
        )
      }
    >
      <Section
        title="Personal access tokens"
        about="They may do what you may do."
        actions={
          <Button tone="primary" icon="plus" onClick={() => setMaking(true)}>
            New token
          </Button>
        }
      >
        <Loaded query={tokens}>
          {(all) => (
            <TokenTable tokens={all} onRevoke={({ id }) => revoke.mutate({ params: { token_id: id } })} />
          )}
        </Loaded>
      </Section>
      {making && (
        <TokenDialog
          busy={make.isPending}
          error={make.error}
          made={make.data}
          onMake={(wanted) => make.mutate({ body: wanted })}
          onClose={() => {
            setMaking(false);
            make.reset();
          }}
        />
      )}
    </Page>
  );
}
