import { useSupabase } from '@baseplane/sdk/react';
import { useEffect, useState } from 'react';
import { text } from '../../sign-in.tsx';

interface Listed {
  readonly id: string;
  readonly name: string;
}

/** The public rooms and one's own, and a form for a new one. */
export function Lobby(props: { readonly onEnter: (roomId: string) => void }) {
  const supabase = useSupabase();
  const [rooms, setRooms] = useState<readonly Listed[]>([]);
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    void supabase
      .from('rooms')
      .select('id, name')
      .order('last_message_at', { ascending: false, nullsFirst: false })
      .limit(50)
      .then(({ data, error }) => {
        setRooms(data ?? []);
        setProblem(error?.message);
      });
  }, [supabase]);
  async function create(form: FormData) {
    const { data, error } = await supabase
      .rpc('create_room', { name: text(form, 'name') })
      .select('id, name')
      .single<Listed>();
    setProblem(error?.message);
    if (data !== null) props.onEnter(data.id);
  }
  return (
    <section aria-label="Rooms">
      <form action={create}>
        <label>
          New room
          <input name="name" maxLength={100} required />
        </label>
        <button type="submit">Create</button>
      </form>
      {problem !== undefined && <p role="alert">{problem}</p>}
      <ul>
        {rooms.map((room) => (
          <li key={room.id}>
            <button type="button" onClick={() => props.onEnter(room.id)}>
              {room.name}
            </button>
          </li>
        ))}
      </ul>
      {rooms.length === 0 && <p className="soft">There is no room yet.</p>}
    </section>
  );
}
