import { type FormEvent, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { CheckField, Form, TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/notice.tsx';
import styles from './settings.module.css';

type Value = string | number | boolean | null;
type Values = Readonly<Record<string, unknown>>;

interface SettingFieldsProps {
  readonly names: readonly string[];
  readonly values: Values;
  readonly labels?: Readonly<Record<string, string>>;
  readonly disabled: boolean;
  readonly busy: boolean;
  readonly error: unknown;
  readonly placeholder?: string;
  /** Of what was changed alone. */
  readonly onSave: (changed: Record<string, Value>, whenDone: { readonly onSuccess: () => void }) => void;
}

const shown = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** What was typed, in the kind that the setting has; nothing takes the setting back. */
function valueOf(text: string, before: unknown): Value {
  if (text === '') return null;
  return typeof before === 'number' || (before === undefined && /^\d+$/.test(text)) ? Number(text) : text;
}

/** Settings by their names: a box to tick for each truth value, a field for everything else. */
export function SettingFields({ names, values, labels = {}, onSave, ...props }: SettingFieldsProps) {
  const { disabled, busy, error, placeholder } = props;
  const [changed, setChanged] = useState<Readonly<Record<string, Value>>>({});
  const change = (name: string, value: Value) => setChanged({ ...changed, [name]: value });
  const count = Object.keys(changed).length;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSave({ ...changed }, { onSuccess: () => setChanged({}) });
  };
  return (
    <Form
      onSubmit={submit}
      actions={
        <>
          <Button type="submit" disabled={disabled || count === 0} busy={busy}>
            Save
          </Button>
          {count > 0 && (
            <>
              <Button tone="quiet" onClick={() => setChanged({})}>
                Discard
              </Button>
              <span className={styles['unsaved']} role="status">
                {count === 1 ? 'One change is' : `${count} changes are`} not saved
              </span>
            </>
          )}
        </>
      }
    >
      {names.map((name) => {
        const value = name in changed ? changed[name] : values[name];
        const label = labels[name] ?? name;
        return typeof values[name] === 'boolean' ? (
          <CheckField
            key={name}
            label={label}
            checked={value === true}
            disabled={disabled}
            onChange={({ target }) => change(name, target.checked)}
          />
        ) : (
          <TextField
            key={name}
            label={label}
            value={shown(value)}
            disabled={disabled}
            placeholder={placeholder}
            onChange={({ target }) => change(name, valueOf(target.value, values[name]))}
          />
        );
      })}
      {error !== null && <ErrorNote error={error} />}
    </Form>
  );
}
