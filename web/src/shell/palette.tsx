import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useState } from 'react';
import { useAnswer } from '../api/hooks.ts';
import { useApp } from '../app.ts';
import { Dialog } from '../ui/dialog.tsx';
import styles from './palette.module.css';
import { usePlaces } from './places.ts';
import { THEMES, chooseTheme, themes } from './theme.ts';

interface Command {
  readonly group: string;
  readonly label: string;
  readonly run: () => void;
}

/** Everything one can go to or do, by a few letters of its name. */
function useCommands(): readonly Command[] {
  const navigate = useNavigate();
  const { session } = useApp();
  const projects = useAnswer('listProjectOverviews', {});
  const organizations = useAnswer('listOrganizations', {});
  const go = (to: string) => () => void navigate({ to });
  return [
    ...usePlaces().map(({ label, to }) => ({ group: 'Pages', label, run: go(to) })),
    ...(projects.data ?? []).map(({ name, ref }) => ({
      group: 'Projects',
      label: name,
      run: go(`/projects/${ref}`),
    })),
    ...(organizations.data ?? []).map(({ name, slug }) => ({
      group: 'Organizations',
      label: name,
      run: go(`/organizations/${slug}`),
    })),
    { group: 'Go to', label: 'All projects', run: go('/') },
    { group: 'Go to', label: 'Account and access tokens', run: go('/account') },
    { group: 'Do', label: 'New project', run: go('/new') },
    { group: 'Do', label: 'New organization', run: go('/organizations/new') },
    ...themes.map((theme) => ({
      group: 'Appearance',
      label: THEMES[theme],
      run: () => chooseTheme(theme),
    })),
    { group: 'Account', label: 'Sign out', run: () => void session.signOut() },
  ];
}

/** Whether the letters come in the text, in that order. */
function matches(text: string, letters: string): boolean {
  let from = 0;
  for (const letter of letters.toLowerCase().replaceAll(' ', '')) {
    const at = text.toLowerCase().indexOf(letter, from);
    if (at < 0) return false;
    from = at + 1;
  }
  return true;
}

export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [letters, setLetters] = useState('');
  const [at, setAt] = useState(0);
  const found = useCommands().filter(({ group, label }) => matches(`${group} ${label}`, letters));
  const run = (command: Command | undefined) => {
    if (command === undefined) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt((found.length + at + step) % Math.max(found.length, 1));
    }
    if (event.key === 'Enter') run(found[at]);
  };
  return (
    <Dialog title="Go to or do" onClose={onClose}>
      <input
        className={styles['letters']}
        role="combobox"
        aria-label="Search pages, projects and actions"
        aria-expanded="true"
        aria-controls="commands"
        aria-activedescendant={found[at] && `command-${at}`}
        placeholder="A page, a project, an action"
        value={letters}
        autoFocus
        onChange={(event) => {
          setLetters(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id="commands" role="listbox" aria-label="Commands" className={styles['commands']}>
        {found.map((command, index) => (
          <li
            key={`${command.group} ${command.label} ${index}`}
            id={`command-${index}`}
            role="option"
            aria-selected={index === at}
            onPointerMove={() => setAt(index)}
            onClick={() => run(command)}
            ref={(item) => {
              if (index === at) item?.scrollIntoView({ block: 'nearest' });
            }}
          >
            <span>{command.label}</span>
            <span className={styles['group']}>{command.group}</span>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className={styles['none']}>Nothing is called that.</p>}
    </Dialog>
  );
}
