import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAnswer } from '../api/hooks.ts';
import { useApp } from '../app.ts';
import { IconButton } from '../ui/button.tsx';
import { Menu, MenuChoice, MenuItem, MenuNote, MenuRule } from '../ui/menu.tsx';
import { THEMES, type Theme, chooseTheme, chosenTheme, themes } from './theme.ts';

/** Open from the start: it is fetched when somebody asks for it. */
export function AccountMenu() {
  const { session, installation } = useApp();
  const profile = useAnswer('getProfile', {});
  const navigate = useNavigate();
  const [theme, setTheme] = useState(chosenTheme);
  const choose = (next: Theme) => {
    chooseTheme(next);
    setTheme(next);
  };
  return (
    <Menu startsOpen trigger={<IconButton icon="users" label="Account" />}>
      <MenuNote>{profile.data?.primary_email ?? 'Signed in'}</MenuNote>
      <MenuItem onSelect={() => void navigate({ to: '/account' })}>Account and tokens</MenuItem>
      {installation.account_url !== null && (
        <MenuItem onSelect={() => window.location.assign(installation.account_url ?? '/')}>
          Password and sessions
        </MenuItem>
      )}
      {installation.outbox && <MenuItem onSelect={() => void navigate({ to: '/outbox' })}>Outbox</MenuItem>}
      <MenuRule />
      <MenuChoice label="Appearance" value={theme} options={THEMES} choices={themes} onChoose={choose} />
      <MenuRule />
      <MenuItem onSelect={() => void session.signOut().then(() => navigate({ to: '/login' }))}>
        Sign out
      </MenuItem>
    </Menu>
  );
}
