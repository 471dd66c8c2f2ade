import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import styles from './menu.module.css';

interface MenuProps {
  readonly trigger: ReactNode;
  readonly startsOpen?: boolean;
  readonly children: ReactNode;
}

/** Not modal: the style by which Radix would hold the page still is one that the page's policy refuses. */
export function Menu({ trigger, startsOpen = false, children }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false} defaultOpen={startsOpen}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={styles['menu']} align="end" sideOffset={4} collisionPadding={8}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface ItemProps {
  readonly onSelect: () => void;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

export function MenuItem({ onSelect, danger = false, disabled = false, children }: ItemProps) {
  return (
    <DropdownMenu.Item
      className={`${styles['item']} ${danger ? styles['danger'] : ''}`}
      disabled={disabled}
      onSelect={onSelect}
    >
      {children}
    </DropdownMenu.Item>
  );
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: Readonly<Record<Value, string>>;
  readonly choices: readonly Value[];
  readonly onChoose: (value: Value) => void;
}

/** One of a few, in a menu. */
export function MenuChoice<Value extends string>({
  label,
  value,
  options,
  choices,
  onChoose,
}: ChoiceProps<Value>) {
  return (
    <DropdownMenu.RadioGroup value={value} aria-label={label}>
      <DropdownMenu.Label className={styles['label']}>{label}</DropdownMenu.Label>
      {choices.map((choice) => (
        <DropdownMenu.RadioItem
          key={choice}
          value={choice}
          className={styles['item']}
          onSelect={() => onChoose(choice)}
        >
          <span className={styles['mark']} aria-hidden="true">
            {choice === value ? '✓' : ''}
          </span>
          {options[choice]}
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}

export function MenuRule() {
  return <DropdownMenu.Separator className={styles['rule']} />;
}

export function MenuNote({ children }: { readonly children: ReactNode }) {
  return <DropdownMenu.Label className={styles['label']}>{children}</DropdownMenu.Label>;
}
