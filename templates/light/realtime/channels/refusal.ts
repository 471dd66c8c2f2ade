/** Why a client may not have what it asked for: Supabase's code, and its words for the client. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

const refusal = (code: string, message: string): Refusal => ({ code, message });

export const NO_TOPIC = refusal('TopicNameRequired', 'You must provide a topic name');
export const SUSPENDED = refusal('RealtimeDisabledForTenant', 'Realtime disabled for this tenant');
export const PRIVATE_ONLY = refusal('PrivateOnly', 'This project only allows private channels');
export const TOO_MANY_CONNECTIONS = refusal('ConnectionRateLimitReached', 'Too many connected users');
export const TOO_MANY_CHANNELS = refusal('ChannelRateLimitReached', 'Too many channels');
export const TOO_MANY_JOINS = refusal('ClientJoinRateLimitReached', 'Too many joins per second');
export const NO_DATABASE = refusal(
  'UnableToConnectToProject',
  'Realtime was unable to connect to the project database',
);
export const NO_REPLAY_IN_PUBLIC = refusal(
  'UnableToReplayMessages',
  'Replay is not allowed for public channels',
);
export const BAD_REPLAY = refusal('UnableToReplayMessages', 'Replay params are not valid');
export const REPLAY_FAILED = refusal('UnableToReplayMessages', 'Realtime was unable to replay messages');

export function mayNotRead(topic: string): Refusal {
  return refusal('Unauthorized', `You do not have permissions to read from this Channel topic: ${topic}`);
}

/** As one line, which is how clients get it. */
export function reasonOf({ code, message }: Refusal): string {
  return `${code}: ${message}`;
}
