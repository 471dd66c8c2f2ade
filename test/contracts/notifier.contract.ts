import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { PortsOf } from './project-ports.ts';

/** What every driver of the Notifier port has to hold. */
export function notifierContract(name: string, ports: PortsOf<'notifier' | 'sent'>): void {
  describe(`${name} as Notifier`, () => {
    const sentTo = async (to: string) => (await ports().sent()).filter((mail) => mail.to === to);

    it('sends a mail as it was written', async () => {
      const to = `${randomUUID()}@example.com`;
      const mail = { to, subject: 'Größe: 100 % ✓', text: 'Zeile eins\n\n.\nZeile vier 🎉\n' };
      await ports().notifier.send(randomUUID(), mail);
      expect(await sentTo(to)).toMatchObject([
        { to, subject: mail.subject, text: expect.stringContaining('vier 🎉') },
      ]);
    });

    it('sends once what it is told twice', async () => {
      const to = `${randomUUID()}@example.com`;
      const id = randomUUID();
      const mail = { to, subject: 'Once', text: 'once' };
      await Promise.all([ports().notifier.send(id, mail), ports().notifier.send(id, mail)]);
      await ports().notifier.send(id, mail);
      await ports().notifier.send(randomUUID(), { ...mail, subject: 'Another' });
      expect((await sentTo(to)).map(({ subject }) => subject).toSorted()).toEqual(['Another', 'Once']);
    });

    it('lets no subject and no address add a header', async () => {
      const to = `${randomUUID()}@example.com`;
      const others = `${randomUUID()}@example.com`;
      await ports().notifier.send(randomUUID(), {
        to,
        subject: `Hello\r\nBcc: ${others}\r\n\r\nbody`,
        text: 'x',
      });
      await ports().notifier.send(randomUUID(), { to: `${to}\r\nBcc: ${others}`, subject: 'x', text: 'x' });
      expect(await sentTo(others)).toEqual([]);
      expect(await sentTo(to)).toMatchObject([{ text: expect.stringMatching(/^x\s*$/) }]);
    });
  });
}
