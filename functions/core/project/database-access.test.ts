import { describe, expect, it } from 'vitest';
import { type DatabaseAccess, admits } from './database-access.ts';

const access = (allowedCidrs: string[], allowedCidrsV6: string[] = []): DatabaseAccess => ({
  sslEnforced: false,
  allowedCidrs,
  allowedCidrsV6,
  changedAt: null,
});

describe('whom restrictions of the network admit', () => {
  it.each([
    [access(['0.0.0.0/0']), '203.0.113.9', true],
    [access(['203.0.113.0/24']), '203.0.113.9', true],
    [access(['203.0.113.0/24']), '203.0.114.9', false],
    [access(['203.0.113.0/24', '198.51.100.7/32']), '198.51.100.7', true],
    [access([]), '203.0.113.9', false],
    [access(['0.0.0.0/0']), '2001:db8::1', false],
    [access([], ['::/0']), '2001:db8::1', true],
    [access([], ['2001:db8::/32']), '2001:db9::1', false],
    [access([], ['::/0']), '203.0.113.9', false],
  ])('%o and %s: %s', (restrictions, address, admitted) => {
    expect(admits(restrictions, address)).toBe(admitted);
  });

  it('takes an IPv4 address for one however it is written', () => {
    expect(admits(access(['203.0.113.0/24']), '::ffff:203.0.113.9')).toBe(true);
    expect(admits(access([], ['::/0']), '::ffff:203.0.113.9')).toBe(false);
  });
});
