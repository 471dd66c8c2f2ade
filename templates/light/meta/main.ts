/**
 * postgres-meta in a process of its own: it takes 180 MB, and changes how every user of `pg` in its process reads
 * values. It listens nowhere; questions come over the channel from the data plane, and it ends with that.
 */
import { build } from '@supabase/postgres-meta/dist/server/app.js';
import { type Answer, Connection, Question } from './messages.ts';

const app = build();
let connection = '';

// Its routes take the address of the database from this header; nobody but us has a say in it.
app.addHook('preValidation', async (request) => {
  request.headers['pg'] = connection;
});
await app.ready();

process.on('disconnect', () => process.exit(0));
process.on('message', (message) => {
  const opening = Connection.safeParse(message);
  if (opening.success) connection = opening.data.connection;
  else void answer(Question.parse(message));
});

async function answer(question: ReturnType<typeof Question.parse>): Promise<void> {
  const { id, method, url, headers, body } = question;
  const response = await app.inject({
    method,
    url,
    headers,
    ...(body === undefined ? {} : { payload: body }),
  });
  const type = response.headers['content-type'] ?? 'text/plain';
  process.send?.({
    id,
    status: response.statusCode,
    type,
    body: response.body,
  } satisfies Answer);
}
