import { scryptSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { systemRandom } from '../../runtime/system.ts';
import { checkPassword } from './password-rules.ts';
import { Passwords } from './passwords.ts';

describe('what is kept of a password', () => {
  const passwords = new Passwords(systemRandom);

  it('proves it and no other, and differs each time', async () => {
    const [one, other] = [await passwords.keep('Straße und Weg'), await passwords.keep('Straße und Weg')];
    expect(one.hash).not.toBe(other.hash);
    expect(JSON.stringify(one)).not.toContain('Weg');
    expect(await passwords.matches('Straße und Weg', one)).toBe(true);
    expect(await passwords.matches('straße und weg', one)).toBe(false);
    expect(await passwords.matches('', undefined)).toBe(false);
  });

  it('is checked by the parameters that it was made with', async () => {
    const cost = { N: 1024, r: 8, p: 1 };
    const salt = Buffer.from('salt');
    const hash = scryptSync('an old password', salt, 32, cost).toString('base64');
    const old = { ...cost, salt: salt.toString('base64'), hash };
    expect(await passwords.matches('an old password', old)).toBe(true);
    expect(await passwords.matches('a new password', old)).toBe(false);
  });
});

describe('a password is refused', () => {
  it.each([
    ['elevenchars', /12 characters/],
    ['x'.repeat(257), /256 characters/],
    ['aaaaaaaaaaaaaa', /different/],
    ['Password1234!', /leaked/],
    ['qwertyuiop12345', /leaked/],
    ['dragon'.repeat(3), /leaked/],
    ['ada.lovelace1815', /address/],
  ])('%s', async (password, why) => {
    expect(await checkPassword(password, 'ada.lovelace@example.com')).toEqual({
      ok: false,
      error: expect.stringMatching(why),
    });
  });

  it.each(['correct horse battery', 'Tr0ub4dor&3-long', '密码密码一二三四五六七八'])(
    'but not %s',
    async (password) => {
      expect((await checkPassword(password, 'ada@example.com')).ok).toBe(true);
    },
  );
});
