import { type ComponentProps, type ReactNode, useId } from 'react';
import styles from './field.module.css';

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong with it, and what would be right. */
  readonly error?: string | undefined;
  readonly children: (wiring: {
    readonly id: string;
    readonly 'aria-describedby': string | undefined;
    readonly 'aria-invalid': boolean;
  }) => ReactNode;
}

/** A control with its label, what is to be known about it, and what is wrong with it. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const about = hint === undefined && error === undefined ? undefined : `${id}-about`;
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': about, 'aria-invalid': error !== undefined })}
      {about !== undefined && (
        <p id={about} className={error === undefined ? styles['hint'] : styles['error']}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}

type Labelled = Pick<FieldProps, 'label' | 'hint' | 'error'>;

export function TextField({ label, hint, error, ...rest }: Labelled & ComponentProps<'input'>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wiring) => <input className={styles['control']} {...wiring} {...rest} />}
    </Field>
  );
}

export function TextArea({ label, hint, error, ...rest }: Labelled & ComponentProps<'textarea'>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wiring) => <textarea className={styles['control']} rows={3} {...wiring} {...rest} />}
    </Field>
  );
}

interface SelectProps extends Labelled, ComponentProps<'select'> {
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

export function SelectField({ label, hint, error, options, ...rest }: SelectProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wiring) => (
        <select className={styles['control']} {...wiring} {...rest}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function CheckField({ label, hint, ...rest }: Omit<Labelled, 'error'> & ComponentProps<'input'>) {
  const id = useId();
  return (
    <div className={styles['check']}>
      <input id={id} type="checkbox" {...rest} />
      <label htmlFor={id}>
        {label}
        {hint !== undefined && <span className={styles['hint']}>{hint}</span>}
      </label>
    </div>
  );
}

/** Fields one below the other, and at their end what is done with them. */
export function Form({
  children,
  actions,
  ...rest
}: ComponentProps<'form'> & { readonly actions: ReactNode }) {
  return (
    <form className={styles['form']} {...rest}>
      {children}
      <div className={styles['actions']}>{actions}</div>
    </form>
  );
}
