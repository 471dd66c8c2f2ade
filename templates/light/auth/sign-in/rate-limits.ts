import type { AuthSettings } from '../settings.ts';
import type { Call } from '../call.ts';
import { createThrottle } from './throttle.ts';

const FIVE_MINUTES_MS = 300_000;
const HOUR_MS = 3_600_000;

/** GoTrue's limits for one address: by what is asked for, how often and in what time. */
function tableOf(limits: AuthSettings['limits']) {
  const otp = { limit: limits.otpPerFiveMinutes, windowMs: FIVE_MINUTES_MS };
  const verify = { limit: limits.verifyPerFiveMinutes, windowMs: FIVE_MINUTES_MS };
  return {
    '/otp': otp,
    '/magiclink': otp,
    '/recover': otp,
    '/resend': otp,
    '/verify': verify,
    '/token': { limit: limits.refreshPerFiveMinutes, windowMs: FIVE_MINUTES_MS },
    anonymous: { limit: limits.anonymousPerHour, windowMs: HOUR_MS },
  };
}

/** Says whether an address has asked too often; without a header that names addresses nobody has. */
export function createRateLimits(
  limits: AuthSettings['limits'],
  now: () => number,
): (path: string, call: Call) => boolean {
  const throttles = new Map(
    Object.entries(tableOf(limits)).map(([name, { limit, windowMs }]) => [
      name,
      createThrottle(limit, windowMs, now),
    ]),
  );
  return (path, { body, request }) => {
    const { addressHeader } = limits;
    // A proxy adds the address it saw behind what the client claimed.
    const address =
      addressHeader === undefined ? undefined : request.headers.get(addressHeader)?.split(',').at(-1)?.trim();
    const isAnonymous = path === '/signup' && body['email'] === undefined && body['phone'] === undefined;
    const throttle = throttles.get(isAnonymous ? 'anonymous' : path);
    if (address === undefined || throttle === undefined) return false;
    if (throttle.isExhausted(address)) return true;
    throttle.countFailure(address);
    return false;
  };
}
