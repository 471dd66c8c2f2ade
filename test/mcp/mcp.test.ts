import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { WatchedApi } from '../cli/watched-api.ts';
import { Cloud, until } from '../local/cloud.ts';
import { McpServer } from './mcp-server.ts';

let cloud: Cloud;
let api: WatchedApi;
let mcp: McpServer;
let project_id: string;

/** All that ask the cloud; searching the documentation, which is on by default too, asks supabase.com. */
const FEATURES = 'account,branching,database,debugging,development,functions,storage';

const start = (...flags: readonly string[]) => {
  const target = { apiUrl: api.url, token: cloud.local.access_token };
  return McpServer.start(target, `--features=${FEATURES}`, ...flags);
};

beforeAll(async () => {
  cloud = await Cloud.start({ BASEPLANE_POOL: '1' });
  ({ ref: project_id } = await cloud.healthy('asked by a model'));
  api = await WatchedApi.before({ url: cloud.url });
  mcp = await start();
});
afterAll(async () => {
  await mcp[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
  await cloud.destroy();
});
// Every answer that the server got was as our document says.
afterEach(() => expect(api.faults()).toEqual([]));

const tool = (name: string, args: object = {}) => mcp.tool(name, { project_id, ...args });
const sql = (query: string) => cloud.sql(project_id, query);

describe('the official MCP server', () => {
  it('lists and gets organizations and projects', async () => {
    const id = cloud.local.organization_slug;
    expect(await mcp.tool('list_organizations')).toContain(id);
    expect(JSON.parse(await mcp.tool('get_organization', { id }))).toMatchObject({ id });
    expect(await mcp.tool('list_projects')).toContain(project_id);
    expect(JSON.parse(await mcp.tool('get_project', { id: project_id }))).toMatchObject({
      ref: project_id,
      name: 'asked by a model',
      status: 'ACTIVE_HEALTHY',
    });
  });

  it('creates a project when its cost is confirmed, pauses and restores it', async () => {
    const organization_id = cloud.local.organization_slug;
    const cost: unknown = JSON.parse(await mcp.tool('get_cost', { type: 'project', organization_id }));
    const agreed: unknown = JSON.parse(await mcp.tool('confirm_cost', z.looseObject({}).parse(cost)));
    const confirm_cost_id = z.object({ confirmation_id: z.string() }).parse(agreed).confirmation_id;
    const wish = { name: 'made by a model', region: 'us-east-1', organization_id, confirm_cost_id };
    const { ref } = z.object({ ref: z.string() }).parse(JSON.parse(await mcp.tool('create_project', wish)));
    await cloud.reaches(ref, 'ACTIVE_HEALTHY');
    expect(await cloud.project(ref)).toMatchObject({ name: 'made by a model' });
    await mcp.tool('pause_project', { project_id: ref });
    await cloud.reaches(ref, 'INACTIVE');
    await mcp.tool('restore_project', { project_id: ref });
    await cloud.reaches(ref, 'ACTIVE_HEALTHY');
  });

  it('applies a migration, lists it, and sees what it has made', async () => {
    const query = 'create table notes (id int primary key, text text not null)';
    await tool('apply_migration', { name: 'make_notes', query });
    expect(await tool('list_migrations')).toContain('make_notes');
    expect(await sql('select name from supabase_migrations.schema_migrations')).toEqual([
      { name: 'make_notes' },
    ]);
    expect(await tool('list_tables', { schemas: ['public'], verbose: true })).toMatch(/notes[^]*"text"/);
    expect(await tool('list_extensions')).toContain('pgcrypto');
    expect(await tool('generate_typescript_types')).toMatch(/notes: \{/);
    expect(await tool('get_advisors', { type: 'security' })).toContain('rls_disabled_in_public');
    expect(await tool('get_advisors', { type: 'performance' })).toContain('lints');
  });

  it('runs SQL, and tells the model of its mistakes', async () => {
    await tool('execute_sql', { query: `insert into notes values (1, 'by a model')` });
    expect(await sql('select text from notes')).toEqual([{ text: 'by a model' }]);
    expect(await tool('execute_sql', { query: 'select text from notes' })).toContain('by a model');
    await expect(tool('execute_sql', { query: 'select nothing from notes' })).rejects.toThrow(
      /does not exist/,
    );
  });

  it('deploys a function that is then called, lists it and reads it', async () => {
    const content = `Deno.serve(() => Response.json({ by: 'a model' }));`;
    await tool('deploy_edge_function', { name: 'told', files: [{ name: 'index.ts', content }] });
    const { anon } = await cloud.keys(project_id);
    const { data } = await cloud.client(project_id, anon).functions.invoke('told');
    expect(data).toEqual({ by: 'a model' });
    expect(await tool('list_edge_functions')).toContain('told');
    expect(await tool('get_edge_function', { function_slug: 'told' })).toContain('a model');
  });

  it('makes a branch, merges what was made on it, takes over what came meanwhile, resets and deletes it', async () => {
    const organization_id = cloud.local.organization_slug;
    const cost: unknown = JSON.parse(await mcp.tool('get_cost', { type: 'branch', organization_id }));
    const agreed: unknown = JSON.parse(await mcp.tool('confirm_cost', z.looseObject({}).parse(cost)));
    const { confirmation_id } = z.object({ confirmation_id: z.string() }).parse(agreed);
    const made: unknown = JSON.parse(
      await tool('create_branch', { name: 'idea', confirm_cost_id: confirmation_id }),
    );
    const { id: branch_id, project_ref } = z.object({ id: z.string(), project_ref: z.string() }).parse(made);
    await cloud.reaches(project_ref, 'ACTIVE_HEALTHY');
    expect(await tool('list_branches')).toContain('idea');
    const becomes = (wanted: string) =>
      until(`the branch to be ${wanted}`, async () => {
        const { body } = await cloud.call('GET', `/v1/projects/${project_id}/branches/idea`);
        const { status, failure } = z
          .object({ status: z.string(), failure: z.string().nullable() })
          .parse(body);
        if (failure !== null) throw new Error(failure);
        return status === wanted ? true : undefined;
      });
    // It has come with the functions of its project.
    expect(await mcp.tool('list_edge_functions', { project_id: project_ref })).toContain('told');

    const onBranch = {
      project_id: project_ref,
      name: 'make_ideas',
      query: 'create table ideas (id int primary key)',
    };
    await mcp.tool('apply_migration', onBranch);
    const content = `Deno.serve(() => Response.json({ by: 'a branch' }));`;
    await mcp.tool('deploy_edge_function', {
      project_id: project_ref,
      name: 'told',
      files: [{ name: 'index.ts', content }],
    });
    await mcp.tool('merge_branch', { branch_id });
    await becomes('FUNCTIONS_DEPLOYED');
    expect(await sql(`select to_regclass('ideas') is not null as there`)).toEqual([{ there: true }]);
    const { anon } = await cloud.keys(project_id);
    await until('the merged function to be served', async () => {
      const { data } = await cloud.client(project_id, anon).functions.invoke<{ by: string }>('told');
      return data?.by === 'a branch' ? true : undefined;
    });

    await tool('apply_migration', { name: 'make_more', query: 'create table more (id int primary key)' });
    await mcp.tool('rebase_branch', { branch_id });
    await becomes('MIGRATIONS_PASSED');
    const there = (name: string) =>
      cloud.sql(project_ref, `select to_regclass('${name}') is not null as there`);
    expect(await there('more')).toEqual([{ there: true }]);

    await cloud.sql(project_ref, 'create table scratch (id int)');
    await mcp.tool('reset_branch', { branch_id });
    await cloud.reaches(project_ref, 'ACTIVE_HEALTHY');
    expect([await there('scratch'), await there('more')]).toEqual([[{ there: false }], [{ there: true }]]);
    await mcp.tool('delete_branch', { branch_id });
    await until('the branch to be gone', async () =>
      (await cloud.project(project_ref)) === undefined ? true : undefined,
    );
  });

  it('tells the address of the project, and the keys that may be published alone', async () => {
    expect(await tool('get_project_url')).toContain(project_id);
    const keys = await cloud.keys(project_id);
    const told = await tool('get_publishable_keys');
    expect(told).toContain(keys.anon);
    expect(told).toContain(keys.publishable);
    expect(told).not.toContain(keys.secret);
    expect(told).not.toContain(keys.serviceRole);
  });

  it('asks the logs', async () => {
    const { anon } = await cloud.keys(project_id);
    const path = '/rest/v1/a_table_that_is_not_there';
    await cloud.client(project_id, anon).from('a_table_that_is_not_there').select();
    const query = `select event_message from logs where source = 'edge_logs' limit 20`;
    const found = await until('the request to be logged', async () => {
      const told = await tool('query_logs', { sql: query });
      return told.includes(path) ? told : undefined;
    });
    expect(found).toContain(path);
  });

  it('reads and changes what storage takes', async () => {
    const { serviceRole } = await cloud.keys(project_id);
    await cloud.client(project_id, serviceRole).storage.createBucket('seen');
    expect(await tool('list_storage_buckets')).toContain('seen');
    const config = {
      fileSizeLimit: 7 * 1024 ** 2,
      features: { imageTransformation: { enabled: true }, s3Protocol: { enabled: false } },
    };
    await tool('update_storage_config', { config });
    expect(await tool('get_storage_config')).toContain(String(config.fileSizeLimit));
  });

  it('that may only read has no tool to change anything, and writes nothing by SQL', async () => {
    await using reading = await start('--read-only', `--project-ref=${project_id}`);
    const [all, those] = [await mcp.tools(), await reading.tools()];
    for (const name of ['apply_migration', 'deploy_edge_function', 'update_storage_config']) {
      expect(all).toContain(name);
      expect(those).not.toContain(name);
    }
    expect(await reading.tool('execute_sql', { query: 'select text from notes' })).toContain('by a model');
    await expect(reading.tool('execute_sql', { query: 'delete from notes' })).rejects.toThrow(/read-only/);
    expect(await sql('select text from notes')).toEqual([{ text: 'by a model' }]);
  });
});
