import { readFileSync } from 'node:fs';
import { Duration, Fn, Validations } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { z } from 'zod';
import { ExecutionRole, taskRole } from '../roles.ts';
import { type CellSettings, stagePolicy } from '../settings.ts';
import { GATEWAY_PORT, gatewayDomain, PEER_PORT } from './domain.ts';
import type { Parameters } from './parameters.ts';

const MANIFEST = new URL('../../postgres-gateway/package.json', import.meta.url);

/** The image that the operator has put there is of this version. */
const { version: VERSION } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(MANIFEST, 'utf8')));

export class GatewayService extends Construct {
  readonly service: ecs.FargateService;

  constructor(
    scope: Construct,
    id: string,
    options: {
      readonly settings: CellSettings;
      readonly vpc: ec2.IVpc;
      readonly told: Parameters;
      readonly log: ILogGroup;
      readonly key: IKey;
      readonly seed: ISecret;
      readonly group: ec2.SecurityGroup;
    },
  ) {
    super(scope, id);
    const { settings, vpc, told, log, seed } = options;
    const { cell } = settings;
    const { edgeTasks } = stagePolicy(settings.stage);

    const execution = new ExecutionRole(this, 'Execution', {
      imageRepositories: `baseplane-${cell}/*`,
      logGroup: log,
    });
    execution.acknowledge(
      'arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:<EdgeLogGroup>:*',
      'All streams of the one group that the gateway writes to.',
    );
    const role = taskRole(this, 'Role');
    const questions = `${told.text('ApiArn')}/*/POST/postgres/${cell}/*`;
    role.addToPolicy(new iam.PolicyStatement({ actions: ['execute-api:Invoke'], resources: [questions] }));
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<ApiArn>/*/POST/postgres/${cell}/*]`,
      reason: 'What the control plane is asked about the projects of this cell, and nothing else of its API.',
    });

    const task = new ecs.FargateTaskDefinition(this, 'Task', {
      family: `baseplane-${cell}-postgres-gateway`,
      cpu: 256,
      memoryLimitMiB: 512,
      runtimePlatform: { cpuArchitecture: ecs.CpuArchitecture.ARM64 },
      executionRole: execution,
      taskRole: role,
    });
    task.addContainer('gateway', {
      image: ecs.ContainerImage.fromRegistry(
        `${told.text('ImageRegistry')}/baseplane/postgres-gateway:${VERSION}`,
      ),
      user: 'node',
      readonlyRootFilesystem: true,
      environment: {
        BASEPLANE_CELL: cell,
        BASEPLANE_GATEWAY_DOMAIN: gatewayDomain(settings),
        BASEPLANE_GATEWAY_PORT: `${GATEWAY_PORT}`,
        BASEPLANE_GATEWAY_PEER_PORT: `${PEER_PORT}`,
        BASEPLANE_GATEWAY_NETWORK: settings.cidr.replace(/0\.0\/16$/, ''),
        BASEPLANE_API_URL: settings.wakeUrl,
        // arn:<partition>:execute-api:<region>:…
        BASEPLANE_HOME_REGION: Fn.select(3, Fn.split(':', told.text('ApiArn'))),
      },
      secrets: { BASEPLANE_GATEWAY_SEED: ecs.Secret.fromSecretsManager(seed) },
      portMappings: [{ containerPort: GATEWAY_PORT }, { containerPort: PEER_PORT }],
      ulimits: [{ name: ecs.UlimitName.NOFILE, softLimit: 65_536, hardLimit: 65_536 }],
      logging: ecs.LogDrivers.awsLogs({ logGroup: log, streamPrefix: 'postgres' }),
      // The most that Fargate gives, for sessions to end by themselves.
      stopTimeout: Duration.seconds(120),
    });
    Validations.of(task).acknowledge({
      id: 'AwsSolutions-ECS2',
      reason: 'The environment says where the gateway is and whom it asks; its one secret is not in it.',
    });

    this.service = new ecs.FargateService(this, 'Service', {
      cluster: ecs.Cluster.fromClusterAttributes(this, 'Cluster', {
        clusterName: told.text('ClusterName'),
        vpc,
      }),
      taskDefinition: task,
      desiredCount: edgeTasks.min,
      minHealthyPercent: 100,
      circuitBreaker: { rollback: true },
      securityGroups: [options.group],
      vpcSubnets: { subnets: vpc.privateSubnets },
      propagateTags: ecs.PropagatedTagSource.SERVICE,
    });
    this.service
      .autoScaleTaskCount({ minCapacity: edgeTasks.min, maxCapacity: edgeTasks.max })
      .scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 60 });
  }
}
