import { describe, expect, it } from 'vitest';
import { WORKFLOWS } from '../core/project/workflows.port.ts';
import { awsConfig, readAwsConfig } from './config-aws.ts';

const STEP = 'arn:aws:lambda:eu-central-1:123456789012:function:baseplane-production-Step';
const MACHINES = Object.fromEntries(
  WORKFLOWS.map((workflow) => [
    workflow,
    `arn:aws:states:eu-central-1:123456789012:stateMachine:${workflow}`,
  ]),
);

const ENV = {
  AWS_REGION: 'eu-central-1',
  BASEPLANE_TABLE: 'baseplane-production-StateTable',
  BASEPLANE_STATE_MACHINES: JSON.stringify(MACHINES),
  BASEPLANE_STEP_FUNCTION: STEP,
  BASEPLANE_CELLS: 'euc1/0123456789abcdef,use1/fedcba9876543210',
  BASEPLANE_MAIL_SENDER: 'noreply@example.com',
  BASEPLANE_DASHBOARD_URL: 'https://app.example.com',
  BASEPLANE_API_URL: 'https://api.example.com',
  BASEPLANE_OIDC_ISSUER: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_0',
  BASEPLANE_OIDC_CLIENT_ID: 'dashboard',
};

describe('the settings of a function on AWS', () => {
  it('are read', () => {
    expect(readAwsConfig(ENV)).toEqual({
      ok: true,
      value: {
        home: 'eu-central-1',
        table: 'baseplane-production-StateTable',
        stateMachines: MACHINES,
        stepFunction: STEP,
        cells: [
          { id: 'euc1', digest: '0123456789abcdef' },
          { id: 'use1', digest: 'fedcba9876543210' },
        ],
        mailSender: 'noreply@example.com',
        apiUrl: 'https://api.example.com',
        dashboardUrl: 'https://app.example.com',
        issuer: { issuer: ENV.BASEPLANE_OIDC_ISSUER, clientId: 'dashboard' },
        rateLimit: 120,
      },
    });
  });

  it.each([
    ['AWS_REGION', ''],
    ['BASEPLANE_TABLE', ''],
    ['BASEPLANE_STATE_MACHINES', '{'],
    ['BASEPLANE_STATE_MACHINES', JSON.stringify({ ...MACHINES, reume: STEP })],
    ['BASEPLANE_STATE_MACHINES', JSON.stringify({ ...MACHINES, resume: 'x' })],
    ['BASEPLANE_STEP_FUNCTION', 'step'],
    ['BASEPLANE_CELLS', ''],
    ['BASEPLANE_CELLS', 'euc1'],
    ['BASEPLANE_MAIL_SENDER', 'nobody'],
    ['BASEPLANE_DASHBOARD_URL', 'app'],
    ['BASEPLANE_API_URL', 'api'],
    ['BASEPLANE_OIDC_ISSUER', 'http://issuer.example'],
    ['BASEPLANE_RATE_LIMIT', 'often'],
    ['BASEPLANE_TABEL', 'x'],
  ])('refuse %s=%s by name', (name, value) => {
    const read = readAwsConfig({ ...ENV, [name]: value });
    expect(read.ok ? [] : read.error).toEqual([expect.stringContaining(name)]);
  });

  it('report every problem at once, and keep a function without them from coming up', () => {
    const read = readAwsConfig({ BASEPLANE_NONE: 'x' });
    expect(read.ok ? [] : read.error).toHaveLength(9);
    expect(() => awsConfig({})).toThrow(/BASEPLANE_TABLE.*BASEPLANE_DASHBOARD_URL.*BASEPLANE_API_URL/);
  });
});
