import { type FormEvent, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Form, TextField } from '../../ui/field.tsx';
import styles from './login-page.module.css';

/** What the API issues. */
const TOKEN = /^sbp_[0-9a-f]{40}$/;

interface TokenFormProps {
  readonly open: boolean;
  readonly onToken: (token: string) => void;
}

/** For whoever has an access token, as who has just started a cloud of their own. */
export function TokenForm({ open, onToken }: TokenFormProps) {
  const [token, setToken] = useState('');
  const [wrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (TOKEN.test(token.trim())) onToken(token.trim());
    else setWrong(true);
  };
  return (
    <details className={styles['token']} open={open}>
      <summary>Use an access token</summary>
      <Form actions={<Button type="submit">Go on</Button>} onSubmit={submit}>
        <TextField
          label="Access token"
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={token}
          onChange={(event) => setToken(event.target.value)}
          hint="The cloud that runs on your machine keeps one in local.json."
          error={wrong ? 'An access token is sbp_ and 40 hexadecimal digits.' : undefined}
        />
      </Form>
    </details>
  );
}
