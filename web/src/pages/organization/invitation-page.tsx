import { useNavigate, useParams } from '@tanstack/react-router';
import { useAction, useAnswer } from '../../api/hooks.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { roleLabel, roleMay } from './use-organization.ts';

/** Where the link in the mail of an invitation leads. */
export function InvitationPage() {
  const { token } = useParams({ from: '/inside/invitations/$token' });
  const navigate = useNavigate();
  const invitation = useAnswer('getInvitation', { params: { token } });
  const accept = useAction('acceptInvitation', {
    done: 'You are a member now.',
    onDone: ({ slug }) => void navigate({ to: '/organizations/$slug', params: { slug } }),
  });
  return (
    <Page title="Invitation">
      <Loaded query={invitation}>
        {({ organization_name, role, expires_at }) => (
          <>
            <p>
              You are invited to <strong>{organization_name}</strong> as {roleLabel(role).toLowerCase()}.{' '}
              {roleMay(role)} The invitation ends <Time at={expires_at} />.
            </p>
            <div>
              <Button
                tone="primary"
                busy={accept.isPending}
                onClick={() => accept.mutate({ params: { token } })}
              >
                Accept
              </Button>{' '}
              <LinkButton tone="quiet" to="/">
                Not now
              </LinkButton>
            </div>
          </>
        )}
      </Loaded>
    </Page>
  );
}
