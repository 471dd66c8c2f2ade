import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { room } from '../../sdk/src/index.ts';
import type { Room } from '../../sdk/src/room/room.ts';
import { MessagingCloud, type Person } from './people.ts';

let talk: MessagingCloud;
let ann: Person;
let ben: Person;
let roomId: string;
const closing: (() => Promise<void>)[] = [];

const opened = async (person: Person, page?: number): Promise<Room> => {
  const one = room(person.client, roomId, page === undefined ? {} : { page });
  closing.push(one.open());
  await expect.poll(() => one.state.get(), { timeout: 10_000 }).toMatchObject({ status: 'live' });
  return one;
};

const bodies = (one: Room) => one.state.get().messages.map((message) => message.body);

beforeAll(async () => {
  talk = await MessagingCloud.start();
  [ann, ben] = await Promise.all([talk.person('ann'), talk.person('ben')]);
  const made = await ann.client.rpc('create_room', { name: 'Lobby' }).single<{ id: string }>();
  roomId = made.data?.id ?? '';
});

afterAll(async () => {
  for (const close of closing) await close();
  await talk.cloud.destroy();
});

describe('a room', () => {
  it('shows both what either of them says, once and in order, and who they are', async () => {
    const [anns, bens] = [await opened(ann), await opened(ben)];
    expect(await bens.join()).toMatchObject({ ok: true, value: { user_id: ben.id, role: 'member' } });
    const sent = Promise.all([
      anns.send({ body: 'one' }),
      anns.send({ body: 'two', metadata: { mood: 'fine' } }),
      bens.send({ body: 'three' }),
    ]);
    expect(anns.state.get().sending.map((entry) => entry.body.body)).toEqual(['one', 'two']);
    expect((await sent).map((one) => one.ok)).toEqual([true, true, true]);
    await expect.poll(() => bodies(bens).toSorted()).toEqual(['one', 'three', 'two']);
    await expect.poll(() => bodies(anns)).toEqual(bodies(bens));
    expect(anns.state.get().sending).toEqual([]);
    await expect
      .poll(() =>
        anns.state
          .get()
          .members.map(({ user_id, role }) => `${role} ${user_id}`)
          .toSorted(),
      )
      .toEqual([`member ${ben.id}`, `owner ${ann.id}`]);
  });

  it('tells who is there and who is typing, until their message has come', async () => {
    const [anns, bens] = [await opened(ann), await opened(ben)];
    await expect.poll(() => anns.state.get().present).toEqual([ann.id, ben.id].toSorted());
    bens.keystroke();
    await expect.poll(() => anns.state.get().typing).toEqual([ben.id]);
    expect(bens.state.get().typing).toEqual([]);
    await bens.send({ body: 'there' });
    await expect.poll(() => anns.state.get().typing).toEqual([]);
  });

  it('reads the whole of a message that was too long to be broadcast', async () => {
    const [anns, bens] = [await opened(ann), await opened(ben)];
    const long = 'long '.repeat(600);
    await anns.send({ body: long });
    await expect.poll(() => bodies(bens).at(-1)).toBe(long);
  });

  it('pages back to the first message', async () => {
    const cara = await talk.person('cara');
    const caras = await opened(cara, 2);
    expect(caras.state.get()).toMatchObject({ hasOlder: true });
    expect(caras.state.get().messages).toHaveLength(2);
    while (caras.state.get().hasOlder) await caras.older();
    expect(bodies(caras)).toEqual(bodies(await opened(ann)));
  });

  it('says by a word why a message is refused', async () => {
    const dan = await talk.person('dan');
    const dans = await opened(dan);
    expect(await dans.send({ body: 'hello?' })).toMatchObject({ ok: false, error: { hint: 'not_a_member' } });
    expect(await (await opened(ann)).send({ body: 'x'.repeat(4001) })).toMatchObject({
      ok: false,
      error: { hint: 'invalid' },
    });
    expect(dans.state.get().sending).toEqual([]);
  });

  it('sends nothing before it is open', async () => {
    const eve = await talk.person('eve');
    const sent = await room(eve.client, roomId).send({ body: 'early' });
    expect(sent).toMatchObject({ ok: false, error: { hint: 'not_open' } });
  });

  it('catches up after the services were restarted, with nothing missing and nothing twice', async () => {
    const [anns, bens] = [await opened(ann), await opened(ben)];
    const before = bodies(bens);
    await talk.cloud.call('POST', `/v1/projects/${talk.ref}/restart`, {});
    const during = ['a', 'b', 'c', 'd'];
    const sent = during.map((body) => anns.send({ body }));
    expect((await Promise.all(sent)).map((one) => one.ok)).toEqual([true, true, true, true]);
    const all = [...before, ...during];
    await expect.poll(() => bodies(bens), { timeout: 30_000 }).toEqual(all);
    await expect.poll(() => bens.state.get().status, { timeout: 30_000 }).toBe('live');
    expect(bodies(bens)).toEqual(all);
  });
});
