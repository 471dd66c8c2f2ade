import { Link, type LinkProps } from '@tanstack/react-router';
import type { ComponentProps, ReactNode } from 'react';
import styles from './button.module.css';
import { Icon, type IconName } from './icons.tsx';

type Tone = 'plain' | 'primary' | 'danger' | 'quiet';

interface Look {
  readonly tone?: Tone;
  readonly icon?: IconName;
  readonly children?: ReactNode;
}

const classOf = (tone: Tone) => `${styles['button']} ${styles[tone]}`;

interface ButtonProps extends Look, Omit<ComponentProps<'button'>, 'children'> {
  /** It is at work; it can't be pressed again meanwhile. */
  readonly busy?: boolean;
}

export function Button({ tone = 'plain', icon, busy = false, children, type, ...rest }: ButtonProps) {
  return (
    <button
      type={type ?? 'button'}
      className={classOf(tone)}
      aria-busy={busy}
      {...rest}
      disabled={rest.disabled === true || busy}
    >
      {icon && <Icon name={icon} />}
      {children !== undefined && <span>{children}</span>}
    </button>
  );
}

/** A button without words; the label is for those who can't see the icon. */
export function IconButton({ label, ...rest }: Omit<ButtonProps, 'children'> & { readonly label: string }) {
  return <Button tone="quiet" aria-label={label} title={label} {...rest} />;
}

export function LinkButton({ tone = 'plain', icon, children, ...rest }: Look & LinkProps) {
  return (
    <Link className={classOf(tone)} {...rest}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </Link>
  );
}
