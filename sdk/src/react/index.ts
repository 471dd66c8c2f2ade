export { RealtimeProvider, useSupabase } from './provider.tsx';
export { type UsedAuction, useAuction } from './use-auction.ts';
export { type OptimisticUpdate, useOptimisticUpdate } from './use-optimistic-update.ts';
export { type RealtimeSync, useRealtimeSync } from './use-realtime-sync.ts';
export { type UsedRoom, useRoom } from './use-room.ts';
