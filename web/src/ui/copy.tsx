import { useEffect, useState } from 'react';
import { IconButton } from './button.tsx';
import styles from './copy.module.css';

const SAID_MS = 1_500;

export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <>
      <IconButton
        icon={copied ? 'check' : 'copy'}
        label={label}
        onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
      />
      <span role="status" className={styles['said']}>
        {copied ? 'Copied' : ''}
      </span>
    </>
  );
}

interface ValueProps {
  readonly label: string;
  readonly value: string;
  /** Covered until it is asked for. */
  readonly secret?: boolean;
}

/** A value to take away: shown in full width, and copied by one press. */
export function CopyValue({ label, value, secret = false }: ValueProps) {
  const [shown, setShown] = useState(!secret);
  return (
    <span className={styles['value']}>
      <code>{shown ? value : '•'.repeat(24)}</code>
      {secret && (
        <IconButton
          icon="eye"
          label={`${shown ? 'Hide' : 'Reveal'} ${label}`}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        />
      )}
      <CopyButton text={value} label={`Copy ${label}`} />
    </span>
  );
}

/** Code to take away. */
export function Snippet({ code, label }: { readonly code: string; readonly label: string }) {
  return (
    <div className={styles['snippet']}>
      <pre tabIndex={0} aria-label={label}>
        <code>{code}</code>
      </pre>
      <CopyButton text={code} label={`Copy ${label}`} />
    </div>
  );
}
