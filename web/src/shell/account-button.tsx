import { Suspense, lazy, useState } from 'react';
import { IconButton } from '../ui/button.tsx';

const AccountMenu = lazy(() =>
  import('./account-menu.tsx').then(({ AccountMenu }) => ({ default: AccountMenu })),
);

/** Menus weigh more than the first page can bear: the account's is fetched when it is asked for. */
export function AccountButton() {
  const [asked, setAsked] = useState(false);
  const button = <IconButton icon="users" label="Account" onClick={() => setAsked(true)} />;
  return asked ? (
    <Suspense fallback={button}>
      <AccountMenu />
    </Suspense>
  ) : (
    button
  );
}
