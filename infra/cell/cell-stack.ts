import { BootstraplessSynthesizer, CfnOutput, Stack } from 'aws-cdk-lib';
import type { IStackSynthesizer } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { PROJECT_PORT } from '../../templates/project-routes.ts';
import { Alarms } from './alarms.ts';
import { Cluster } from './cluster.ts';
import { DATABASE_PORT, Database, ENGINE_VERSION } from './database.ts';
import { Dns } from './dns.ts';
import { EDGE_PORT, Edge } from './edge.ts';
import { exact } from './exact.ts';
import { Hostnames } from './hostnames.ts';
import { Logs } from './logs.ts';
import { Network } from './network.ts';
import { Objects } from './objects.ts';
import type { CellOutputs } from './outputs.ts';
import { ProjectRoles } from './roles.ts';
import type { CellSettings } from './settings.ts';

/** One regional data plane, in whatever account it is deployed to: no assets, no look-ups, text outputs only. */
export class CellStack extends Stack {
  constructor(scope: Construct, id: string, settings: CellSettings) {
    super(scope, id, {
      description: `Baseplane cell ${settings.cell} in ${settings.region}`,
      synthesizer: exact<IStackSynthesizer>(new BootstraplessSynthesizer()),
    });

    const logs = new Logs(this, 'Logs', settings);
    const objects = new Objects(this, 'Objects', settings);
    const network = new Network(this, 'Network', {
      settings,
      rejected: logs.rejected,
      edgePort: EDGE_PORT,
      projectPort: PROJECT_PORT,
      databasePort: DATABASE_PORT,
    });
    const { vpc } = network;
    const cluster = new Cluster(this, 'Compute', { settings, vpc });
    const database = new Database(this, 'Database', {
      settings,
      vpc,
      securityGroup: network.database,
      key: objects.key,
    });
    const dns = new Dns(this, 'Dns', { settings, vpc });
    const edge = new Edge(this, 'Edge', {
      settings,
      network,
      cluster,
      certificate: dns.certificate,
      logGroup: logs.edge,
    });
    dns.answerWith(edge.loadBalancer);
    const hostnames = new Hostnames(this, 'Hostnames', settings);
    const roles = new ProjectRoles(this, 'Roles', {
      settings,
      imageRepositories: cluster.imageRepositories,
      logGroup: logs.projects,
      bucket: exact<IBucket>(objects.bucket),
      key: objects.key,
    });
    const alarms = new Alarms(this, 'Alarms', {
      settings,
      edgeLog: logs.edge,
      key: objects.key,
      sources: {
        loadBalancer: {
          namespace: 'AWS/ApplicationELB',
          dimensions: { LoadBalancer: edge.loadBalancer.loadBalancerFullName },
        },
        targets: {
          namespace: 'AWS/ApplicationELB',
          dimensions: {
            LoadBalancer: edge.loadBalancer.loadBalancerFullName,
            TargetGroup: edge.targets.targetGroupFullName,
          },
        },
        edge: {
          namespace: 'AWS/ECS',
          dimensions: { ClusterName: cluster.cluster.clusterName, ServiceName: edge.service.serviceName },
        },
        database: {
          namespace: 'AWS/RDS',
          dimensions: { DBClusterIdentifier: database.cluster.clusterIdentifier },
        },
        certificate: {
          namespace: 'AWS/CertificateManager',
          dimensions: { CertificateArn: dns.certificate.certificateArn },
        },
      },
    });

    const outputs: CellOutputs = {
      ClusterArn: cluster.cluster.clusterArn,
      ClusterName: cluster.cluster.clusterName,
      VpcId: vpc.vpcId,
      PublicSubnets: vpc.selectSubnets({ subnetGroupName: 'public' }).subnetIds.join(','),
      TaskSubnets: vpc.selectSubnets({ subnetGroupName: 'tasks' }).subnetIds.join(','),
      ProjectSecurityGroup: network.project.securityGroupId,
      ToolsSecurityGroup: network.tools.securityGroupId,
      EndpointsSecurityGroup: network.endpoints.securityGroupId,
      ImageRegistry: cluster.imageRegistry,
      ExecutionRoleArn: roles.execution.roleArn,
      PermissionsBoundaryArn: roles.boundary.managedPolicyArn,
      SecretPrefix: roles.secretPrefix,
      NamespaceId: dns.namespace.attrId,
      DatabaseClusterArn: database.cluster.clusterArn,
      DatabaseSecretArn: database.secretArn,
      DatabaseEndpoint: database.cluster.clusterEndpoint.hostname,
      DatabasePort: String(DATABASE_PORT),
      DatabaseEngineVersion: ENGINE_VERSION.auroraPostgresFullVersion,
      DatabaseSubnetGroup: database.subnetGroup.subnetGroupName,
      DatabaseParameterGroup: database.parameterGroupName,
      DatabaseSecurityGroup: network.database.securityGroupId,
      BucketName: objects.bucket.bucketName,
      KeyArn: objects.key.keyArn,
      LoadBalancerDns: edge.loadBalancer.loadBalancerDnsName,
      LoadBalancerZone: edge.loadBalancer.loadBalancerCanonicalHostedZoneId,
      DistributionId: hostnames.distribution.attrId,
      ConnectionGroupId: hostnames.connections.attrId,
      ConnectionEndpoint: hostnames.connections.attrRoutingEndpoint,
      EdgeLogGroup: logs.edge.logGroupName,
      ProjectLogGroup: logs.projects.logGroupName,
      AlarmTopicArn: alarms.topic.topicArn,
    };
    Object.entries(outputs).forEach(([name, value]) => new CfnOutput(this, name, { value }));
  }
}
