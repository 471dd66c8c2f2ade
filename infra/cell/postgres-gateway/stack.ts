import { BootstraplessSynthesizer, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { IStackSynthesizer } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import * as secrets from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { exact } from '../exact.ts';
import { type CellSettings, stagePolicy } from '../settings.ts';
import { makeGatewayAlarms } from './alarms.ts';
import { GatewayBalancer } from './balancer.ts';
import { gatewayDomain } from './domain.ts';
import { GatewayGroups } from './groups.ts';
import { Parameters } from './parameters.ts';
import { GatewayService } from './service.ts';

/** The Postgres gateway of a cell: beside the cell's own stack, whose template has no room for it. */
export class PostgresGatewayStack extends Stack {
  constructor(scope: Construct, id: string, settings: CellSettings) {
    super(scope, id, {
      description: `Baseplane Postgres gateway of the cell ${settings.cell}`,
      synthesizer: exact<IStackSynthesizer>(new BootstraplessSynthesizer()),
    });
    const { cell, rootDomain, hostedZoneId } = settings;
    const { keepsData } = stagePolicy(settings.stage);
    const told = new Parameters(this);
    const vpc = ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: told.text('VpcId'),
      availabilityZones: ['first', 'second'],
      publicSubnetIds: told.pair('PublicSubnets'),
      privateSubnetIds: told.pair('TaskSubnets'),
    });
    const key = kms.Key.fromKeyArn(this, 'Key', told.text('KeyArn'));
    const log = logs.LogGroup.fromLogGroupName(this, 'Log', told.text('EdgeLogGroup'));
    const made = new secrets.Secret(this, 'Seed', {
      description: `What the gateways of the cell ${cell} share: above all, the authority that clients trust`,
      encryptionKey: key,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    Validations.of(made).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Another seed is another authority, which every client would have to be given by hand.',
    });

    const seed = exact<secrets.ISecret>(made);
    const groups = new GatewayGroups(this, 'Groups', { vpc, told });
    const service = new GatewayService(this, 'Service', {
      settings,
      vpc,
      told,
      log,
      key,
      seed,
      group: groups.tasks,
    });
    const { balancer, targets } = new GatewayBalancer(this, 'Balancer', {
      vpc,
      keepsData,
      group: groups.balancer,
      service: service.service,
    });
    const zone = route53.HostedZone.fromHostedZoneAttributes(this, 'Zone', {
      hostedZoneId,
      zoneName: rootDomain,
    });
    const domain = gatewayDomain(settings);
    for (const [name, recordName] of Object.entries({ Name: domain, Projects: `*.${domain}` })) {
      const target = route53.RecordTarget.fromAlias(new LoadBalancerTarget(balancer));
      new route53.ARecord(this, name, { zone, recordName, target });
    }
    makeGatewayAlarms(this, {
      cell,
      topicArn: told.text('AlarmTopicArn'),
      log,
      sources: {
        targets: {
          namespace: 'AWS/NetworkELB',
          dimensions: {
            LoadBalancer: balancer.loadBalancerFullName,
            TargetGroup: targets.targetGroupFullName,
          },
        },
        service: {
          namespace: 'AWS/ECS',
          dimensions: { ClusterName: told.text('ClusterName'), ServiceName: service.service.serviceName },
        },
      },
    });
  }
}
