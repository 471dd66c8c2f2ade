import { Validations } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import type { CellSettings } from './settings.ts';

/** Policies that AWS manages, of these ids in every account: no cache; all of the viewer's headers but the Host. */
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const ALL_VIEWER_EXCEPT_HOST = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

const ORIGIN = 'project';

/** What AwsSolutions finds in a distribution that is no more than the way to the projects. */
const EXPLAINED: Readonly<Record<string, string>> = {
  CFR1: 'Where a project may be used from is for its owner to say.',
  CFR2: 'A firewall is for the operator to add; the edge behind it limits requests by address.',
  CFR3: 'The edge logs every request that comes through, as it does those that come without it.',
  CFR4: 'Nothing is served under the distribution itself; each tenant has a certificate and TLS 1.2 of its own.',
};

/**
 * What custom hostnames are served by: a distribution that only has tenants, each of which names the project that it
 * leads to, and the connection group that their owners point the names at.
 */
export class Hostnames extends Construct {
  readonly distribution: cloudfront.CfnDistribution;
  readonly connections: cloudfront.CfnConnectionGroup;

  constructor(scope: Construct, id: string, { cell, rootDomain }: CellSettings) {
    super(scope, id);
    this.connections = new cloudfront.CfnConnectionGroup(this, 'Connections', {
      name: `baseplane-${cell}`,
      enabled: true,
      ipv6Enabled: true,
    });
    this.distribution = new cloudfront.CfnDistribution(this, 'Distribution', {
      distributionConfig: {
        comment: `Custom hostnames of the projects in ${cell}`,
        enabled: true,
        httpVersion: 'http2and3',
        connectionMode: 'tenant-only',
        tenantConfig: {
          parameterDefinitions: [{ name: 'ref', definition: { stringSchema: { required: true } } }],
        },
        origins: [
          {
            id: ORIGIN,
            domainName: `{{ref}}.${rootDomain}`,
            customOriginConfig: { originProtocolPolicy: 'https-only', originSslProtocols: ['TLSv1.2'] },
          },
        ],
        defaultCacheBehavior: {
          targetOriginId: ORIGIN,
          viewerProtocolPolicy: 'redirect-to-https',
          allowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
          cachePolicyId: CACHING_DISABLED,
          originRequestPolicyId: ALL_VIEWER_EXCEPT_HOST,
        },
        viewerCertificate: { cloudFrontDefaultCertificate: true },
      },
    });
    for (const [id, reason] of Object.entries(EXPLAINED)) {
      Validations.of(this.distribution).acknowledge({ id: `AwsSolutions-${id}`, reason });
    }
  }
}
