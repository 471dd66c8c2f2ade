import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cellIdSchema, newProjectRef } from '../../core/kernel/ids.ts';
import { NO_SETTINGS } from '../../core/project/settings/settings.ts';
import type { Stack } from '../../core/project/stack.ts';
import { Clusters, type Cluster } from './clusters.ts';
import { LocalRoutes } from './routes.ts';
import { Serving } from './serving.ts';
import { SocketFolders } from './socket-folders.ts';

const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };
const stack: Stack = {
  ref: newProjectRef(random),
  organization: 'acme',
  cell: cellIdSchema.parse('local'),
  template: {
    name: 'light',
    version: '1.0.0',
    changes: [],
    description: '',
    targets: ['local'],
    services: ['db', 'rest'],
    metrics: true,
    sizes: { nano: { cpu: 256, memory: 512 } },
    includes: [],
    offers: [],
    packs: [],
    settings: {},
  },
  features: [],
  tier: 'pooled',
  size: 'nano',
  generation: 1,
  tools: false,
  settings: NO_SETTINGS,
  refusals: [],
};

let root: string;
let clusters: Clusters;
let cluster: Cluster;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'bp-routes-'));
  clusters = new Clusters(root, random, new SocketFolders(root, tmpdir()));
  await clusters.prepare();
  cluster = await clusters.mark(stack.ref);
  mkdirSync(cluster.folder);
});
afterEach(() => rmSync(root, { recursive: true }));

describe('the gateway’s way to a project', () => {
  it('is open between publishing and retracting, and leads to the generation that was promoted', async () => {
    const serving = new Serving(clusters);
    const routes = new LocalRoutes(serving);
    await serving.promote(stack.ref, cluster, 1);
    expect(routes.lookup(stack.ref)).toBeUndefined();
    await routes.publish(stack);
    expect(routes.lookup(stack.ref)).toBe(join(cluster.sockets, 'light-1.sock'));
    await serving.promote(stack.ref, cluster, 2);
    expect(routes.lookup(stack.ref)).toBe(join(cluster.sockets, 'light-2.sock'));
    await routes.retract(stack);
    expect(routes.lookup(stack.ref)).toBeUndefined();
  });

  it('is known again after a restart, once it is published', async () => {
    await new Serving(clusters).promote(stack.ref, cluster, 7);
    const routes = new LocalRoutes(new Serving(clusters));
    expect(routes.lookup(stack.ref)).toBeUndefined();
    await routes.publish(stack);
    expect(routes.lookup(stack.ref)).toBe(join(cluster.sockets, 'light-7.sock'));
  });

  it('leads nowhere where no generation serves', async () => {
    const serving = new Serving(clusters);
    const routes = new LocalRoutes(serving);
    await routes.publish(stack);
    expect(routes.lookup(stack.ref)).toBeUndefined();
    await serving.promote(stack.ref, cluster, 1);
    await serving.forget(stack.ref, cluster);
    expect(routes.lookup(stack.ref)).toBeUndefined();
  });
});
