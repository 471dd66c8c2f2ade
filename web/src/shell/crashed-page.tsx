import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { ApiError } from '../api/error.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { ErrorNote } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';

/** How browsers, and what fetches a page's style, tell that its code did not come. */
const NOT_FETCHED = /dynamically imported module|importing a module script|preload CSS/i;

const UNFETCHED = new ApiError(0, {
  message: 'The code of this page could not be fetched.',
  suggestion:
    'Look whether the network is there, then try again. If a newer version was just installed, reload the page.',
});

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
        error={error instanceof Error && NOT_FETCHED.test(error.message) ? UNFETCHED : error}
        actions={
          <>
            <Button onClick={() => void again()}>Try again</Button>
            <Button onClick={() => window.location.reload()}>Reload</Button>
            <LinkButton to="/">All projects</LinkButton>
          </>
        }
      />
    </Page>
  );
}
