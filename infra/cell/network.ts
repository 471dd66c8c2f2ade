import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { IDependable } from 'constructs';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { exact } from './exact.ts';
import { ROLE_PATH } from './roles.ts';
import { stagePolicy } from './settings.ts';
import type { CellSettings } from './settings.ts';

/** The AWS services that tasks talk to all the time; the rest goes through NAT, as the wake route and functions must. */
const INTERFACE_ENDPOINTS = {
  EcrApi: ec2.InterfaceVpcEndpointAwsService.ECR,
  EcrImages: ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER,
  Logs: ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  Secrets: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
} as const;

export class Network extends Construct {
  readonly vpc: ec2.IVpc;
  /** Depending on it is waiting until tasks can reach the internet. */
  readonly outbound: IDependable;
  /** Who may talk to whom: internet → load balancer → edge → project → database, and no other way. */
  readonly loadBalancer: ec2.SecurityGroup;
  readonly edge: ec2.SecurityGroup;
  readonly project: ec2.SecurityGroup;
  /** For a project's tools, beside the project's own group: the gateway of its task leads to theirs. */
  readonly tools: ec2.SecurityGroup;
  readonly database: ec2.SecurityGroup;
  /** AWS services within the network. */
  readonly endpoints: ec2.SecurityGroup;

  constructor(
    scope: Construct,
    id: string,
    options: {
      readonly settings: CellSettings;
      readonly rejected: LogGroup;
      readonly edgePort: number;
      readonly projectPort: number;
      readonly databasePort: number;
    },
  ) {
    super(scope, id);
    const flowLogRole = new iam.Role(this, 'FlowLogRole', {
      path: ROLE_PATH,
      assumedBy: new iam.ServicePrincipal('vpc-flow-logs.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    const vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(options.settings.cidr),
      maxAzs: 2,
      natGateways: stagePolicy(options.settings.stage).natGateways,
      subnetConfiguration: [
        { name: 'public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
        { name: 'data', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
        // 16,000 addresses in each of two zones: 5,000 projects, each with two task sets during a redeployment.
        { name: 'tasks', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 18 },
      ],
      gatewayEndpoints: { Objects: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
      restrictDefaultSecurityGroup: false,
      flowLogs: {
        Rejected: {
          destination: ec2.FlowLogDestination.toCloudWatchLogs(options.rejected, flowLogRole),
          trafficType: ec2.FlowLogTrafficType.REJECT,
        },
      },
    });

    this.vpc = exact<ec2.IVpc>(vpc);
    this.outbound = vpc.selectSubnets({ subnetGroupName: 'tasks' }).internetConnectivityEstablished;

    const group = (name: string, description: string, allowAllOutbound: boolean) =>
      new ec2.SecurityGroup(this, name, { vpc: this.vpc, description, allowAllOutbound });

    this.loadBalancer = group('LoadBalancer', 'The load balancer: all that the internet reaches', false);
    this.edge = group('Edge', 'The edge: reached by the load balancer', true);
    this.project = group('Project', 'Project tasks: reached by the edge, never by one another', true);
    this.tools = group('Tools', 'Tools of projects: reached by project tasks, and asking for a key', false);
    this.database = group('Database', 'Databases: reached by project tasks', false);

    for (const port of [80, 443]) this.loadBalancer.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(port));
    this.loadBalancer.connections.allowTo(this.edge, ec2.Port.tcp(options.edgePort));
    this.edge.connections.allowTo(this.project, ec2.Port.tcp(options.projectPort));
    this.project.connections.allowTo(this.tools, ec2.Port.tcp(options.projectPort));
    this.project.connections.allowTo(this.database, ec2.Port.tcp(options.databasePort));

    this.endpoints = group('Endpoints', 'AWS services: reached by tasks', false);
    this.endpoints.connections.allowFrom(this.edge, ec2.Port.tcp(443));
    this.endpoints.connections.allowFrom(this.project, ec2.Port.tcp(443));
    for (const [name, service] of Object.entries(INTERFACE_ENDPOINTS)) {
      vpc.addInterfaceEndpoint(name, {
        service,
        securityGroups: [this.endpoints],
        open: false,
        subnets: { subnetGroupName: 'tasks' },
      });
    }

    Validations.of(this.loadBalancer).acknowledge({
      id: 'AwsSolutions-EC23',
      reason: 'The load balancer is the public entry: port 443, and port 80 which only redirects there.',
    });
  }
}
