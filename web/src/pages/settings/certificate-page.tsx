import { useParams } from '@tanstack/react-router';
import { useAnswer } from '../../api/hooks.ts';
import { LinkButton } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Loaded, Skeleton } from '../../ui/skeleton.tsx';
import { Status } from '../../ui/status.tsx';
import { DataTable } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';

const WATCHING_MS = 1_000;

/** Where a deleted project ends: while it goes, how far that is; then what proves that it is gone. */
export function CertificatePage() {
  const { ref } = useParams({ from: '/inside/certificates/$ref' });
  const certificate = useAnswer(
    'getCertificate',
    { params: { ref } },
    { every: (made) => (made ? false : WATCHING_MS) },
  );
  const project = useAnswer(
    'getProjectOverview',
    { params: { ref } },
    { enabled: certificate.data === undefined, every: WATCHING_MS },
  );
  const going = certificate.data === undefined && !project.isError ? project.data : undefined;
  return (
    <Page title="Teardown certificate" actions={<LinkButton to="/">All projects</LinkButton>}>
      {going ? (
        <>
          <p>
            {going.name}: <Status of={going} />
          </p>
          <Skeleton lines={5} />
        </>
      ) : (
        <Loaded query={certificate}>
          {({ name, created_at, removed_at, deleted, remnants }) => (
            <>
              <Notice tone="good" title={`${name} is gone`}>
                <p>
                  Made <Time at={created_at} exact />, deleted <Time at={removed_at} exact />. What still
                  bears its name was looked for by another way than our records: {remnants} remnants.
                </p>
              </Notice>
              <DataTable
                label="What was deleted"
                rows={deleted}
                keyOf={({ what, at }) => `${what} ${at}`}
                columns={[
                  { label: 'Deleted', cell: ({ what }) => what },
                  { label: 'When', cell: ({ at }) => <Time at={at} exact /> },
                ]}
              />
            </>
          )}
        </Loaded>
      )}
    </Page>
  );
}
