import { Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { DATABASE_PORT } from '../database.ts';
import { GATEWAY_PORT, PEER_PORT } from './domain.ts';
import type { Parameters } from './parameters.ts';

const OPEN = 'From where a project takes connections its owner says, and the gateway holds it.';

/** Who may talk to whom: internet → load balancer → gateway → database, and gateways with one another. */
export class GatewayGroups extends Construct {
  readonly balancer: ec2.SecurityGroup;
  readonly tasks: ec2.SecurityGroup;

  constructor(
    scope: Construct,
    id: string,
    { vpc, told }: { readonly vpc: ec2.IVpc; readonly told: Parameters },
  ) {
    super(scope, id);
    const group = (name: string, description: string) =>
      new ec2.SecurityGroup(this, name, { vpc, description, allowAllOutbound: false });
    this.balancer = group('Balancer', 'The load balancer of the Postgres gateway');
    this.tasks = group('Tasks', 'The Postgres gateway: reached by its load balancer');
    const database = ec2.SecurityGroup.fromSecurityGroupId(
      this,
      'Database',
      told.text('DatabaseSecurityGroup'),
    );
    const endpoints = ec2.SecurityGroup.fromSecurityGroupId(
      this,
      'Endpoints',
      told.text('EndpointsSecurityGroup'),
    );
    this.balancer.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(GATEWAY_PORT));
    this.balancer.connections.allowTo(this.tasks, ec2.Port.tcp(GATEWAY_PORT));
    this.tasks.connections.allowInternally(ec2.Port.tcp(PEER_PORT));
    this.tasks.connections.allowTo(database, ec2.Port.tcp(DATABASE_PORT));
    this.tasks.connections.allowTo(endpoints, ec2.Port.tcp(443));
    // The control plane's API, and the layers of the image.
    this.tasks.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443));
    Validations.of(this.balancer).acknowledge({ id: 'CloudFormation-Validate::W2508', reason: OPEN });
    Validations.of(this.balancer).acknowledge({
      id: 'AwsSolutions-EC23',
      reason: OPEN,
    });
  }
}
