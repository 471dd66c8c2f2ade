import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { wordsOf } from '../../api/error.ts';
import { useApp } from '../../app.ts';
import { Mark } from '../../shell/mark.tsx';
import stage from '../../shell/stage.module.css';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './login-page.module.css';
import { TokenForm } from './token-form.tsx';

export function LoginPage() {
  const { session, installation, toasts } = useApp();
  const { to = '/', ended = false } = useSearch({ from: '/login' });
  const navigate = useNavigate();
  const [leaving, setLeaving] = useState(false);
  const leave = (how: 'login' | 'create') => (event: FormEvent) => {
    event.preventDefault();
    setLeaving(true);
    session.signIn(to, how).catch((error: unknown) => {
      setLeaving(false);
      toasts.fail(wordsOf(error));
    });
  };
  return (
    <main className={stage['stage']}>
      <title>Sign in · Baseplane</title>
      <div className={stage['card']}>
        <header className={styles['head']}>
          <Mark size={36} />
          <div>
            <h1>Baseplane</h1>
            <p className={styles['about']}>Your own Supabase Cloud</p>
          </div>
        </header>
        {ended && <Notice>Your session has ended. Sign in to go on where you were.</Notice>}
        {installation.issuer !== null && (
          <div className={styles['ways']}>
            <Button tone="primary" busy={leaving} onClick={leave('login')}>
              Sign in
            </Button>
            <Button busy={leaving} onClick={leave('create')}>
              Create an account
            </Button>
          </div>
        )}
        <TokenForm
          open={installation.issuer === null}
          onToken={(token) => {
            session.useAccessToken(token);
            void navigate({ to });
          }}
        />
        <p className={styles['version']}>
          Version {installation.version}, <a href="/docs">API reference</a>
        </p>
      </div>
    </main>
  );
}
