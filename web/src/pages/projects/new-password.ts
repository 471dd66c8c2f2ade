/** None that looks like another one, nor one that an address would have to escape. */
const CHARACTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const LENGTH = 24;

/** 24 of 56 characters: 139 bits. */
export function newPassword(): string {
  // What lies above the last whole multiple would make the first characters likelier.
  const usable = Math.floor(256 / CHARACTERS.length) * CHARACTERS.length;
  let password = '';
  while (password.length < LENGTH) {
    const bytes = crypto.getRandomValues(new Uint8Array(LENGTH));
    for (const byte of bytes) {
      if (byte < usable && password.length < LENGTH) password += CHARACTERS[byte % CHARACTERS.length] ?? '';
    }
  }
  return password;
}
