import { Duration, Validations } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { GATEWAY_PORT } from './domain.ts';

export class GatewayBalancer extends Construct {
  readonly balancer: elb.NetworkLoadBalancer;
  readonly targets: elb.NetworkTargetGroup;

  constructor(
    scope: Construct,
    id: string,
    options: {
      readonly vpc: ec2.IVpc;
      readonly group: ec2.SecurityGroup;
      readonly service: ecs.FargateService;
      readonly keepsData: boolean;
    },
  ) {
    super(scope, id);
    this.balancer = new elb.NetworkLoadBalancer(this, 'Balancer', {
      vpc: options.vpc,
      internetFacing: true,
      vpcSubnets: { subnets: options.vpc.publicSubnets },
      securityGroups: [options.group],
      crossZoneEnabled: true,
      deletionProtection: options.keepsData,
    });
    this.targets = new elb.NetworkTargetGroup(this, 'Targets', {
      vpc: options.vpc,
      port: GATEWAY_PORT,
      protocol: elb.Protocol.TCP,
      targets: [options.service],
      // By it a project's owner says from where connections are taken.
      preserveClientIp: true,
      // Sessions end by themselves, as long as their task may take to stop.
      deregistrationDelay: Duration.seconds(110),
      healthCheck: { protocol: elb.Protocol.TCP, interval: Duration.seconds(10), healthyThresholdCount: 2 },
    });
    this.balancer.addListener('Postgres', {
      port: GATEWAY_PORT,
      protocol: elb.Protocol.TCP,
      defaultTargetGroups: [this.targets],
    });
    Validations.of(this.balancer).acknowledge({
      id: 'AwsSolutions-ELB2',
      reason: 'A network load balancer logs connections whose TLS it ends, and it ends none.',
    });
  }
}
