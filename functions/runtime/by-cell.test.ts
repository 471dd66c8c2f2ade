import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cellIdSchema, newProjectRef, type ProjectRef } from '../core/kernel/ids.ts';
import type { Inventory } from '../core/project/inventory.port.ts';
import { type ProjectSecret, newProjectSecret } from '../core/project/project-secret.ts';
import type { Secrets } from '../core/project/secrets.port.ts';
import { ByCell, inventoryByCell, secretsByCell } from './by-cell.ts';

const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };
const [A, B] = [cellIdSchema.parse('a'), cellIdSchema.parse('b')];
const SECRET = newProjectSecret(newProjectRef(random), { now: new Date(0), random });

/** A cell that keeps secrets, and lists as remnants those that it has. */
class FakeCell {
  readonly kept = new Map<ProjectRef, ProjectSecret>();
  readonly secrets: Secrets = {
    create: async ({ ref }, secret) => {
      this.kept.set(ref, secret);
      return secret;
    },
    read: async (ref) => this.kept.get(ref),
    revise: async ({ ref }, change) => {
      const kept = this.kept.get(ref);
      if (kept !== undefined) this.kept.set(ref, change(kept));
      return this.kept.get(ref);
    },
    delete: async (ref) => void this.kept.delete(ref),
  };
  readonly inventory: Inventory = {
    list: async (ref) => (this.kept.has(ref) ? [{ kind: 'secret', name: ref }] : []),
    refs: async () => [...this.kept.keys()],
  };
}

function twoCells() {
  const [a, b] = [new FakeCell(), new FakeCell()];
  const cellOf = new Map<ProjectRef, typeof A>();
  const cells = new ByCell(
    new Map([
      [A, a],
      [B, b],
    ]),
    async (ref) => cellOf.get(ref),
  );
  return { a, b, cellOf, secrets: secretsByCell(cells), inventory: inventoryByCell(cells) };
}

describe('the drivers of two cells', () => {
  it('go to the project’s own', async () => {
    const { a, b, cellOf, secrets } = twoCells();
    const ref = newProjectRef(random);
    cellOf.set(ref, B);
    await secrets.create({ ref, organization: 'acme', tier: 'pooled' }, SECRET);
    expect([a.kept.size, b.kept.size]).toEqual([0, 1]);
    expect(await secrets.read(ref)).toEqual(SECRET);
    const owner = { ref, organization: 'acme', tier: 'pooled' } as const;
    await secrets.revise(owner, (secret) => ({ ...secret, db_password: 'new' }));
    expect(b.kept.get(ref)?.db_password).toBe('new');
  });

  it('go to all where no record says which one it is', async () => {
    const { a, b, secrets } = twoCells();
    const ref = newProjectRef(random);
    b.kept.set(ref, SECRET);
    expect(await secrets.read(ref)).toEqual(SECRET);
    await secrets.delete(ref);
    expect([a.kept.size, b.kept.size]).toEqual([0, 0]);
  });

  it('never make anything of a project without a record', async () => {
    const { a, b, secrets } = twoCells();
    const orphan = { ref: newProjectRef(random), organization: 'acme', tier: 'pooled' } as const;
    await expect(secrets.create(orphan, SECRET)).rejects.toThrow('no project');
    expect([a.kept.size, b.kept.size]).toEqual([0, 0]);
  });

  it('look for remnants in every cell, whatever the record says', async () => {
    const { a, cellOf, inventory } = twoCells();
    const ref = newProjectRef(random);
    cellOf.set(ref, B);
    a.kept.set(ref, SECRET);
    expect(await inventory.list(ref)).toEqual([{ kind: 'secret', name: ref }]);
    expect(await inventory.refs()).toEqual([ref]);
  });
});
