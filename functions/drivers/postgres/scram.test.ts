import { expect, it } from 'vitest';
import { scramVerifier } from './scram.ts';

/** RFC 7677's example: the user's password is `pencil`, with this salt and 4096 rounds. */
const SALT = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');

it('makes the verifier that a published exchange implies', async () => {
  const verifier = await scramVerifier('pencil', { bytes: () => new Uint8Array(SALT) });
  expect(verifier).toBe(
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  );
});

it('takes a password as clients do, whose composed and decomposed letters are one', async () => {
  const random = { bytes: () => new Uint8Array(SALT) };
  expect(await scramVerifier('e\u0301\u00A0x', random)).toBe(await scramVerifier('é x', random));
});
