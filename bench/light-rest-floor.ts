import { Pool } from 'pg';

/** The same SQL as REST's, in transactions that take the same role and settings, and nothing else. */
const [host = ''] = process.argv.slice(2);
const AT_ONCE = 5;

const SETTINGS = [
  ['role', 'anon'],
  ['search_path', '"public", "extensions"'],
  ['request.jwt.claims', '{"role":"anon"}'],
  ['request.method', 'GET'],
  ['request.path', '/rows'],
  ['request.headers', '{}'],
];
const SET = `select ${SETTINGS.map((_, at) => `set_config($${2 * at + 1}, $${2 * at + 2}, true)`).join(', ')}`;

const STATEMENTS: Readonly<Record<string, { text: string; values: readonly string[] }>> = {
  read: {
    text: `select coalesce(json_agg(_), '[]')::text from (select id, name, done from public.rows where id < $1) _`,
    values: ['11'],
  },
  insert: { text: 'insert into public.rows (name) values ($1)', values: ['new'] },
  signIn: {
    text: `select extensions.crypt($1, extensions.gen_salt('bf', 10))`,
    values: ['correct horse'],
  },
};

const pool = new Pool({ host, user: 'light_user', database: 'project', max: AT_ONCE });

async function transaction({ text, values }: { text: string; values: readonly string[] }): Promise<void> {
  const client = await pool.connect();
  await client.query('begin');
  await client.query({ name: 'set', text: SET, values: SETTINGS.flat() });
  await client.query({ name: text.slice(0, 20), text, values: [...values] });
  await client.query('commit');
  client.release();
}

async function run(kind: string, times: number): Promise<void> {
  const statement = STATEMENTS[kind];
  if (statement === undefined) throw new Error(`no statement called ${kind}`);
  let left = times;
  const work = async () => {
    while (left-- > 0) await transaction(statement);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  process.send?.('done');
}

process.on('message', ([kind, times]: [string, number]) => void run(kind, times));
// No process outlives the measurement, however that ends.
process.on('disconnect', () => process.exit());
process.send?.('ready');
