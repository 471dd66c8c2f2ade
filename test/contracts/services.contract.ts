import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRefSchema } from '../../functions/core/kernel/ids.ts';
import type { ServiceAnswer, Services } from '../../functions/core/project/services.port.ts';

export const SERVED = projectRefSchema.parse('abcdefghijklmnopqrst');
const UNREACHABLE = projectRefSchema.parse('zyxwvutsrqponmlkjihg');

export interface ServicesUnderTest extends AsyncDisposable {
  readonly services: Services;
}

/** What the services of SERVED answer; they tell the key that they were asked with. */
export const SERVED_ANSWERS: Readonly<Record<string, (key: string) => ServiceAnswer>> = {
  '/rest/v1/?select=a%20b': (key) => ({ status: 200, body: `ö ${key}` }),
  'POST /realtime/v1/api/shutdown': (key) => ({ status: 202, body: key }),
  '/pg/none': () => ({ status: 404, body: '{"error":"not found"}' }),
};

export function servicesContract(name: string, start: () => Promise<ServicesUnderTest>): void {
  describe(`${name} as Services`, () => {
    let under: ServicesUnderTest;
    beforeAll(async () => {
      under = await start();
    });
    afterAll(() => under[Symbol.asyncDispose]());

    it('hand over what a service answers', async () => {
      const answer = await under.services.get(SERVED, '/rest/v1/?select=a%20b', { apikey: 'k' });
      expect(answer).toEqual({ status: 200, body: 'ö k' });
    });

    it('have a service do something', async () => {
      const answer = await under.services.post(SERVED, '/realtime/v1/api/shutdown', { apikey: 'k' });
      expect(answer).toEqual({ status: 202, body: 'k' });
    });

    it('take a refusal for an answer', async () => {
      expect(await under.services.get(SERVED, '/pg/none', { apikey: 'k' })).toEqual({
        status: 404,
        body: '{"error":"not found"}',
      });
    });

    it('are not there now where nothing answers', async () => {
      await expect(under.services.get(UNREACHABLE, '/rest/v1/', {})).rejects.toMatchObject({
        name: 'TransientError',
      });
    });
  });
}
