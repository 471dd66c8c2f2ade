import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { type Room, type RoomOptions, type RoomState, room } from '../index.ts';
import { useSupabase } from './provider.tsx';

export interface UsedRoom extends RoomState, Pick<Room, 'join' | 'leave' | 'send' | 'keystroke' | 'older'> {}

/** A room, open while the component is there. `options` count the first time a room is asked for. */
export function useRoom(id: string, options?: RoomOptions): UsedRoom {
  const client = useSupabase();
  const used = room(client, id, options);
  useEffect(() => {
    const close = used.open();
    return () => void close();
  }, [used]);
  const state = useSyncExternalStore(used.state.subscribe, used.state.get, used.state.get);
  const actions = useMemo(
    () => ({
      join: () => used.join(),
      leave: () => used.leave(),
      send: (message: Parameters<Room['send']>[0]) => used.send(message),
      keystroke: () => used.keystroke(),
      older: () => used.older(),
    }),
    [used],
  );
  return { ...state, ...actions };
}
