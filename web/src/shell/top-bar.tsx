import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { IconButton } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icons.tsx';
import { AccountButton } from './account-button.tsx';
import { Crumbs } from './crumbs.tsx';
import { Mark } from './mark.tsx';
import { usePlaces } from './places.ts';
import { Places } from './rail.tsx';
import styles from './top-bar.module.css';

const MAC = /Mac|iPhone|iPad/.test(navigator.userAgent);

export function TopBar({ onPalette }: { readonly onPalette: () => void }) {
  const [menu, setMenu] = useState(false);
  const places = usePlaces();
  return (
    <header className={styles['bar']}>
      {places.length > 0 && (
        <span className={styles['menu']}>
          <IconButton icon="menu" label="Pages" aria-expanded={menu} onClick={() => setMenu(true)} />
        </span>
      )}
      <Link to="/" className={styles['home']} aria-label="Baseplane, all projects">
        <Mark />
      </Link>
      <Crumbs />
      <button type="button" className={styles['search']} onClick={onPalette} aria-label="Search and commands">
        <Icon name="search" />
        <span>Search</span>
        <kbd>{MAC ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      <AccountButton />
      {menu && (
        <Dialog title="Pages" onClose={() => setMenu(false)}>
          <nav aria-label="Pages">
            <Places onGo={() => setMenu(false)} />
          </nav>
        </Dialog>
      )}
    </header>
  );
}
