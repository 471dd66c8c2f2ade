import { type RoomOptions, inStorage, readNewMessage } from '@baseplane/sdk';
import { useRoom } from '@baseplane/sdk/react';
import type { User } from '@supabase/supabase-js';
import { useState } from 'react';
import { nameOf, text } from '../../sign-in.tsx';

const options: RoomOptions = {
  // What could not be sent waits in the browser, for whoever wrote it.
  outbox: ({ userId, roomId }) => inStorage(localStorage, `outbox:${userId}:${roomId}`, readNewMessage),
};

export function Chat(props: { readonly roomId: string; readonly user: User; readonly onLeave: () => void }) {
  const { user } = props;
  const room = useRoom(props.roomId, options);
  const [problem, setProblem] = useState<string>();
  const isMember = room.members.some((member) => member.user_id === user.id);
  async function send(form: FormData) {
    const body = text(form, 'body');
    if (body === '') return;
    const sent = await room.send({ body, metadata: { name: nameOf(user) } });
    setProblem(sent.ok ? undefined : sent.error.message);
  }
  const names = new Map(room.messages.map(({ user_id, metadata }) => [user_id, String(metadata['name'])]));
  const called = (id: string | null) => names.get(id) ?? (id ?? 'somebody').slice(0, 8);
  return (
    <section aria-label="Room">
      <p className="row soft">
        <button type="button" onClick={props.onLeave}>
          All rooms
        </button>
        <span role="status">{WORDS[room.status]}</span>
        <span>{room.present.length} here</span>
      </p>
      {room.hasOlder && (
        <button type="button" onClick={() => void room.older()}>
          Earlier messages
        </button>
      )}
      <ol aria-label="Messages">
        {room.messages.map((message) => (
          <li key={message.id}>
            <strong>{called(message.user_id)}</strong> {message.body}
          </li>
        ))}
        {room.sending.map(({ key, body }) => (
          <li key={key} className="soft">
            <strong>{nameOf(user)}</strong> {body.body} …
          </li>
        ))}
      </ol>
      <p className="soft" aria-live="polite">
        {room.typing.length > 0 && `${room.typing.map(called).join(', ')} is typing …`}
      </p>
      {isMember ? (
        <form action={send}>
          <label>
            Message
            <input name="body" maxLength={4000} autoComplete="off" onChange={() => room.keystroke()} />
          </label>
          <button type="submit">Send</button>
        </form>
      ) : (
        <button type="button" onClick={() => void room.join()}>
          Join the room
        </button>
      )}
      {problem !== undefined && <p role="alert">{problem}</p>}
    </section>
  );
}

const WORDS = { closed: 'closed', joining: 'connecting …', live: 'live', behind: 'reconnecting …' } as const;
