import { describe, expect, it } from 'vitest';
import { MasterKey } from './master-key.ts';
import { DerivedPasswords } from './postgres-passwords.ts';

describe('the passwords nobody keeps', () => {
  it('differ by cluster and by use, and come out the same each time', () => {
    const passwords = () => new DerivedPasswords(new MasterKey(new Uint8Array(32)));
    const { ofTemplate, ofSuperuser, ofReader } = {
      ofTemplate: passwords().ofTemplate(),
      ofSuperuser: ['one', 'two'].map((id) => passwords().ofSuperuser(id)),
      ofReader: ['one', 'two'].map((id) => passwords().ofReader(id)),
    };
    expect(new Set([ofTemplate, ...ofSuperuser, ...ofReader]).size).toBe(5);
    expect(passwords().ofReader('one')).toBe(passwords().ofReader('one'));
  });
});
