import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { Button, LinkButton } from '../ui/button.tsx';
import { ErrorNote } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';

/** A page that broke, or whose code could not be fetched; the rest of the dashboard goes on. */
export function CrashedPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const again = async () => {
    await router.invalidate();
    reset();
  };
  return (
    <Page title="This page did not work">
      <ErrorNote
        error={error}
        actions={
          <>
            <Button onClick={() => void again()}>Try again</Button>
            <LinkButton to="/">All projects</LinkButton>
          </>
        }
      />
    </Page>
  );
}
