import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useApp } from '../../app.ts';
import stage from '../../shell/stage.module.css';
import { LinkButton } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/notice.tsx';

/** Where the issuer sends people back to; they are here for a moment only. */
export function CallbackPage() {
  const { session } = useApp();
  const navigate = useNavigate();
  const [error, setError] = useState<unknown>();
  // The code in the address can be used once, and effects run twice while developing.
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    session.complete().then((to) => navigate({ to, replace: true }), setError);
  }, [session, navigate]);
  return (
    <main className={stage['stage']}>
      <title>Signing in · Baseplane</title>
      {error !== undefined && (
        <div className={stage['card']}>
          <h1>You are not signed in</h1>
          <ErrorNote error={error} actions={<LinkButton to="/login">Sign in again</LinkButton>} />
        </div>
      )}
    </main>
  );
}
