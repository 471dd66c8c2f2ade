import { useState } from 'react';
import { SignedIn } from '../../sign-in.tsx';
import { Chat } from './chat.tsx';
import { Lobby } from './lobby.tsx';

export function App() {
  const [roomId, setRoomId] = useState<string>();
  return (
    <main>
      <h1>Chat</h1>
      <SignedIn>
        {(user) =>
          roomId === undefined ? (
            <Lobby onEnter={setRoomId} />
          ) : (
            <Chat key={roomId} roomId={roomId} user={user} onLeave={() => setRoomId(undefined)} />
          )
        }
      </SignedIn>
    </main>
  );
}
