import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newProjectRef } from '../../core/kernel/ids.ts';
import { newProjectSecret } from '../../core/project/project-secret.ts';
import { MasterKey } from './master-key.ts';
import { LocalSecrets } from './secrets.ts';

const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };
const project = () => ({ ref: newProjectRef(random), organization: 'acme', tier: 'pooled' }) as const;
const secretOf = ({ ref }: ReturnType<typeof project>) => newProjectSecret(ref, { now: new Date(0), random });

let home: string;
let secrets: LocalSecrets;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'bp-secrets-'));
  secrets = new LocalSecrets(home, { masterKey: new MasterKey(random.bytes(32)), random });
});
afterEach(() => rmSync(home, { recursive: true }));

const fileOf = ({ ref }: ReturnType<typeof project>) => join(home, 'secrets', `${ref}.json.enc`);
const refused = (ref: string) => ({
  name: 'PortError',
  message: `The secrets of ${ref} cannot be decrypted.`,
});

describe('the file of a project’s secrets', () => {
  it('shows nothing, to nobody but its owner', async () => {
    const one = project();
    const secret = secretOf(one);
    await secrets.create(one, secret);
    const content = readFileSync(fileOf(one), 'latin1');
    for (const value of Object.values(secret)) {
      if (typeof value === 'string') expect(content).not.toContain(value);
    }
    expect(content).not.toContain('jwt_secret');
    expect(statSync(fileOf(one)).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, 'secrets')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(home, 'secrets'))).toEqual([`${one.ref}.json.enc`]);
  });

  it('is never the same twice', async () => {
    const one = project();
    const secret = secretOf(one);
    await secrets.create(one, secret);
    const first = readFileSync(fileOf(one));
    await secrets.delete(one.ref);
    await secrets.create(one, secret);
    expect(readFileSync(fileOf(one)).equals(first)).toBe(false);
  });

  it('is refused with any byte changed, and with bytes missing', async () => {
    const one = project();
    await secrets.create(one, secretOf(one));
    const sound = readFileSync(fileOf(one));
    for (const at of [0, 12, 27, 28, sound.length - 1]) {
      const tampered = Buffer.from(sound);
      tampered[at] = (tampered[at] ?? 0) ^ 1;
      writeFileSync(fileOf(one), tampered);
      await expect(secrets.read(one.ref)).rejects.toMatchObject(refused(one.ref));
    }
    for (const length of [0, 11, 20, sound.length - 1]) {
      writeFileSync(fileOf(one), sound.subarray(0, length));
      await expect(secrets.read(one.ref)).rejects.toMatchObject(refused(one.ref));
    }
    writeFileSync(fileOf(one), sound);
    expect(await secrets.read(one.ref)).toBeDefined();
  });

  it('is refused as another project’s', async () => {
    const [one, other] = [project(), project()];
    await secrets.create(one, secretOf(one));
    await secrets.create(other, secretOf(other));
    copyFileSync(fileOf(one), fileOf(other));
    await expect(secrets.read(other.ref)).rejects.toMatchObject(refused(other.ref));
    await expect(secrets.create(other, secretOf(other))).rejects.toMatchObject(refused(other.ref));
  });

  it('is refused under another key', async () => {
    const one = project();
    await secrets.create(one, secretOf(one));
    const stranger = new LocalSecrets(home, { masterKey: new MasterKey(random.bytes(32)), random });
    await expect(stranger.read(one.ref)).rejects.toMatchObject(refused(one.ref));
  });

  it('is deleted although it cannot be read', async () => {
    const one = project();
    await secrets.create(one, secretOf(one));
    writeFileSync(fileOf(one), 'damaged');
    await secrets.delete(one.ref);
    expect(await secrets.read(one.ref)).toBeUndefined();
  });
});
