import { Icon } from './icons.tsx';
import styles from './search.module.css';

interface SearchProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function Search({ label, value, onChange }: SearchProps) {
  return (
    <span className={styles['search']}>
      <Icon name="search" />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </span>
  );
}
