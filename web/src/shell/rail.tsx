import { Link } from '@tanstack/react-router';
import { Icon } from '../ui/icons.tsx';
import { usePlaces } from './places.ts';
import styles from './rail.module.css';

/** The pages of the project or the organization one is in. */
export function Places({ onGo }: { readonly onGo?: () => void }) {
  const places = usePlaces();
  // The first is above all others, so that it would be the current one on each of them.
  const first = places[0]?.to;
  return (
    <ul className={styles['places']}>
      {places.map(({ to, label, icon }) => (
        <li key={to}>
          <Link
            to={to}
            className={styles['place']}
            activeOptions={{ exact: first === to }}
            {...(onGo === undefined ? {} : { onClick: onGo })}
          >
            <Icon name={icon} />
            {label}
          </Link>
        </li>
      ))}
    </ul>
  );
}

export function Rail() {
  if (usePlaces().length === 0) return null;
  return (
    <nav className={styles['rail']} aria-label="Pages">
      <Places />
    </nav>
  );
}
