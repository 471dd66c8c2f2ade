import { useState } from 'react';
import { useAnswer } from '../../api/hooks.ts';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Search } from '../../ui/search.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './outbox-page.module.css';

const EVERY_MS = 5_000;

/** Mails that a cloud on one machine has kept in place of sending them. */
export function OutboxPage() {
  const [search, setSearch] = useState('');
  const mails = useAnswer('listOutbox', {}, { every: EVERY_MS });
  const words = search.toLowerCase();
  return (
    <Page
      title="Outbox"
      about="A cloud on one machine sends no mail. What it would have sent is here, the newest first."
      actions={<Search label="Search mails" value={search} onChange={setSearch} />}
    >
      <Loaded query={mails}>
        {(all) => {
          const found = all.filter(({ to, subject }) => `${to} ${subject}`.toLowerCase().includes(words));
          if (found.length === 0) {
            return (
              <Empty title={all.length === 0 ? 'No mail yet' : `No mail is found by “${search}”`}>
                Confirmations, invitations and links for a new password come here.
              </Empty>
            );
          }
          return (
            <ul className={styles['mails']}>
              {found.map(({ id, to, subject, text, sent_at }, index) => (
                <li key={id}>
                  <details open={index === 0}>
                    <summary>
                      <span className={styles['subject']}>{subject}</span>
                      <span className={styles['to']}>{to}</span>
                      <Time at={sent_at} />
                    </summary>
                    <Text of={text} />
                  </details>
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
    </Page>
  );
}

/** With its addresses as links. */
function Text({ of }: { readonly of: string }) {
  const parts = of.split(/(https?:\/\/\S+)/);
  return (
    <p className={styles['text']}>
      {parts.map((part, index) =>
        index % 2 === 1 ? (
          <a key={part} href={part}>
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </p>
  );
}
