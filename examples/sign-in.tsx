import { useSupabase } from '@baseplane/sdk/react';
import type { User } from '@supabase/supabase-js';
import { type ReactNode, useEffect, useState } from 'react';

/** Shows what is for somebody who is signed in, and until then a form. An unknown address gets an account. */
export function SignedIn(props: { readonly children: (user: User) => ReactNode }) {
  const supabase = useSupabase();
  const [user, setUser] = useState<User | null>();
  useEffect(() => {
    const { data } = supabase.auth.onAuthStateChange((_event, session) => setUser(session?.user ?? null));
    return () => data.subscription.unsubscribe();
  }, [supabase]);
  if (user === undefined) return null;
  if (user === null) return <SignInForm />;
  return (
    <>
      <p className="row soft">
        <span>Signed in as {nameOf(user)}</span>
        <button type="button" onClick={() => void supabase.auth.signOut()}>
          Sign out
        </button>
      </p>
      {props.children(user)}
    </>
  );
}

export function nameOf(user: User): string {
  return user.email?.split('@')[0] ?? user.id.slice(0, 8);
}

function SignInForm() {
  const supabase = useSupabase();
  const [problem, setProblem] = useState<string>();
  async function enter(form: FormData) {
    const credentials = { email: text(form, 'email'), password: text(form, 'password') };
    const known = await supabase.auth.signInWithPassword(credentials);
    if (known.error === null) return;
    const { error } = await supabase.auth.signUp(credentials);
    setProblem(error?.code === 'user_already_exists' ? known.error.message : error?.message);
  }
  return (
    <form action={enter}>
      <label>
        E-mail
        <input name="email" type="email" autoComplete="username" required />
      </label>
      <label>
        Password
        <input name="password" type="password" autoComplete="current-password" minLength={6} required />
      </label>
      <button type="submit">Enter</button>
      {problem !== undefined && <p role="alert">{problem}</p>}
    </form>
  );
}

export function text(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
