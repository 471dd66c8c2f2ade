import type { ReactNode } from 'react';
import { LinkButton } from './button.tsx';
import { Empty } from './notice.tsx';
import { Page } from './page.tsx';

/** In place of something that is not there for the reader; which of the two it is, nobody is told. */
export function Absent({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Page title={title}>
      <Empty
        title="It is not there, or not for this account"
        actions={
          <>
            <LinkButton tone="primary" to="/">
              All projects
            </LinkButton>
            <LinkButton to="/account">Which account this is</LinkButton>
          </>
        }
      >
        {children}
      </Empty>
    </Page>
  );
}
