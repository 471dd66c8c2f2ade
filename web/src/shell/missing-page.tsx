import { LinkButton } from '../ui/button.tsx';
import { Empty } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';

export function MissingPage() {
  return (
    <Page title="There is nothing here">
      <Empty title="This address leads nowhere" actions={<LinkButton to="/">All projects</LinkButton>}>
        The page may have moved, or what it showed has been deleted.
      </Empty>
    </Page>
  );
}

/** The same where nothing is around it. */
export function MissingSite() {
  return (
    <main>
      <MissingPage />
    </main>
  );
}
