import { type FormEvent, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import fields from '../../ui/field.module.css';
import { type Filter, OPERATORS, type Operator, isOperator } from './row-sql.ts';
import styles from './tables-page.module.css';
import type { Column } from './use-catalogue.ts';

interface FilterBarProps {
  readonly columns: readonly Column[];
  readonly filter: Filter | undefined;
  readonly onFilter: (filter: Filter | undefined) => void;
}

export function FilterBar({ columns, filter, onFilter }: FilterBarProps) {
  const [column, setColumn] = useState(filter?.column ?? columns[0]?.name ?? '');
  const [operator, setOperator] = useState<Operator>(filter?.operator ?? 'eq');
  const [value, setValue] = useState(filter?.value ?? '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onFilter({ column, operator, value });
  };
  return (
    <form className={styles['filter']} onSubmit={submit} aria-label="Filter">
      <select
        className={fields['control']}
        aria-label="Column"
        value={column}
        onChange={({ target }) => setColumn(target.value)}
      >
        {columns.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <select
        className={fields['control']}
        aria-label="Comparison"
        value={operator}
        onChange={({ target }) => setOperator(isOperator(target.value) ? target.value : 'eq')}
      >
        {Object.entries(OPERATORS).map(([name, { label }]) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </select>
      <input
        className={fields['control']}
        aria-label="Value"
        value={value}
        disabled={operator === 'null' || operator === 'set'}
        onChange={({ target }) => setValue(target.value)}
      />
      <Button type="submit">Filter</Button>
      {filter !== undefined && (
        <Button tone="quiet" onClick={() => onFilter(undefined)}>
          Clear
        </Button>
      )}
    </form>
  );
}
