import { type Html, html } from './html.ts';

interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: 'email' | 'password';
  /** What password managers and browsers fill in. */
  readonly autocomplete: 'username' | 'current-password' | 'new-password';
  readonly value?: string;
  readonly hint?: string;
  readonly error?: string | undefined;
}

interface Form {
  readonly action: string;
  readonly csrf: string;
  readonly fields: readonly Field[];
  readonly submit: string;
  /** What is wrong with all of it. */
  readonly error?: string | undefined;
  /** An address that password managers are to keep the password with. */
  readonly username?: string;
}

export const NEW_PASSWORD_HINT = 'At least 12 characters. A few words that do not belong together do well.';

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** A script that sends the page's form. */
  readonly sends?: true;
}

export function document({ title, body, sends }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} · Baseplane</title>
        <link rel="stylesheet" href="/oidc/style.css" />
        ${sends === true && html`<script src="/oidc/send.js" defer></script>`}
      </head>
      <body>
        <main>
          <p class="name">
            <svg viewBox="0 0 32 32" aria-hidden="true">
              <path d="M9 6h21l-7 9H2z" />
              <path d="M9 17h21l-7 9H2z" opacity=".45" /></svg
            >Baseplane
          </p>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html> `.markup;
}

export function form({ action, csrf, fields, submit, error, username }: Form): Html {
  // Where to type: what is wrong, or else what is empty.
  const first =
    fields.find((each) => each.error !== undefined) ?? fields.find(({ value = '' }) => value === '');
  return html`${error !== undefined && html`<p class="error" role="alert">${error}</p>`}
    <form method="post" action="${action}">
      <input type="hidden" name="csrf" value="${csrf}" />
      ${username !== undefined && html`<input type="hidden" name="username" autocomplete="username" value="${username}" />`}
      ${fields.map((each) => field(each, each === first))}
      <button>${submit}</button>
    </form>`;
}

function field({ name, label, type, autocomplete, value = '', hint, error }: Field, first: boolean): Html {
  const about = [error !== undefined && `${name}-error`, hint !== undefined && `${name}-hint`];
  const described = about.filter((id) => id !== false).join(' ');
  return html`<p class="field">
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      autocomplete="${autocomplete}"
      value="${value}"
      required
      ${described !== '' && html` aria-describedby="${described}"`}${error !== undefined && html` aria-invalid="true"`}
      ${first && html` autofocus`}
    />
    ${error !== undefined && html`<span class="error" id="${name}-error">${error}</span>`}
    ${hint !== undefined && html`<span class="hint" id="${name}-hint">${hint}</span>`}
  </p>`;
}

/** A page that says one thing, and where to go on. */
export function notice(
  title: string,
  text: string,
  next?: { readonly to: string; readonly label: string },
): Page {
  return {
    title,
    body: html`<p>${text}</p>
      ${next !== undefined && html`<p><a class="button" href="${next.to}">${next.label}</a></p>`}`,
  };
}
