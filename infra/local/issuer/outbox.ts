import { EXPIRED, type Handler, interactionOf, interactionPath } from './desk.ts';
import { type Html, html } from './html.ts';
import { show } from './visit.ts';

const SHOWN = 10;

/**
 * The mails of a cloud that nobody has an account at, for whoever is signing up: there is nobody yet whose mail it
 * could be. From the first account on, its owner reads them on the dashboard.
 */
export const outboxPage: Handler = async (visit, desk) => {
  const interaction = await interactionOf(visit, desk);
  if (interaction === undefined || desk.outbox === null || (await desk.embedded.accounts.any()))
    return EXPIRED;
  const mails = await desk.outbox.list(SHOWN);
  return show({
    title: 'Outbox',
    body: html`<p>Mails that this cloud has kept in place of sending them, the newest first.</p>
      ${mails.map(
        ({ to, subject, text }) =>
          html`<article>
            <h2>${subject}</h2>
            <p class="hint">To ${to}</p>
            <div class="mail">${linked(text)}</div>
          </article>`,
      )}
      ${mails.length === 0 && html`<p>There is none yet. Load this page again in a moment.</p>`}
      <p class="links"><a href="${interactionPath(visit, '/sent')}">Back</a></p>`,
  });
};

/** With its addresses as links. */
function linked(text: string): Html {
  return html`${text
    .split(/(https?:\/\/\S+)/)
    .map((part) => (/^https?:\/\//.test(part) ? html`<a href="${part}">${part}</a>` : html`${part}`))}`;
}
