import { expect, it } from 'vitest';
import { signed } from './signing.ts';

it('signs a question as the AWS SDK does', () => {
  const headers = signed(
    {
      url: new URL('https://api.example.com/postgres/euc1/abcdefghijklmnopqrst/admissions'),
      body: '{"address":"192.0.2.1","secure":true}',
      region: 'eu-central-1',
      now: new Date('2026-01-01T12:00:00Z'),
    },
    {
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
      sessionToken: 'token',
    },
  );
  // What @smithy/signature-v4 makes of the same request.
  expect(headers).toEqual({
    'content-type': 'application/json',
    'x-amz-date': '20260101T120000Z',
    'x-amz-security-token': 'token',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/eu-central-1/execute-api/aws4_request, ' +
      'SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, ' +
      'Signature=a3eabdff914eb0c3b1287a3b02aa7ecd286d4a6d9280dc08962563aecb3d0827',
  });
});
