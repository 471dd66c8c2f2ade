import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { z } from 'zod';
import { Cloud, until } from '../local/cloud.ts';
import { openBrowser, openPage } from './browser.ts';

export const PASSWORD = 'correct horse battery';

const mailsSchema = z.array(z.object({ to: z.string(), subject: z.string(), text: z.string() }));

/** A suite's cloud in which nobody has signed up, and for each of its tests a browser in which nobody has signed in. */
export class Doorstep {
  #world: { readonly cloud: Cloud; readonly browser: Browser } | undefined;
  #opened: Awaited<ReturnType<typeof openPage>> | undefined;

  constructor() {
    beforeAll(async () => {
      const [cloud, browser] = await Promise.all([Cloud.start(), openBrowser()]);
      this.#world = { cloud, browser };
    });
    afterAll(async () => {
      await this.browser.close();
      await this.cloud.destroy();
    });
    beforeEach(async () => {
      this.#opened = await openPage(this.browser);
    });
    afterEach(async () => {
      expect(this.#opened?.complaints).toEqual([]);
      await this.#opened?.context.close();
    });
  }

  get cloud(): Cloud {
    return there(this.#world).cloud;
  }

  get browser(): Browser {
    return there(this.#world).browser;
  }

  get page(): Page {
    return there(this.#opened).page;
  }

  readonly press = (name: string | RegExp) => this.page.getByRole('button', { name }).first().click();

  readonly fill = async (email: string, password = PASSWORD): Promise<void> => {
    await this.page.getByLabel('E-mail address').fill(email);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
  };

  /** The address in the newest mail to somebody, read with the owner's token. */
  readonly mailedLink = async (to: string, subject: RegExp): Promise<string> => {
    const { text } = await until(`a mail to ${to}`, async () => {
      const mails = mailsSchema.parse((await this.cloud.call('GET', '/platform/outbox')).body);
      return mails.find((mail) => mail.to === to && subject.test(mail.subject));
    });
    return /http\S+/.exec(text)?.[0] ?? '';
  };
}

function there<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error('It is there from the first hook on.');
  return part;
}
