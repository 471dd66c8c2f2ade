import { Duration, Validations } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { PROJECT_PORT } from '../../templates/project-routes.ts';
import type { Cluster } from './cluster.ts';
import { nginxConf, startNginx } from './edge/nginx-conf.ts';
import { exact } from './exact.ts';
import type { Network } from './network.ts';
import { ExecutionRole, taskRole } from './roles.ts';
import { stagePolicy } from './settings.ts';
import type { CellSettings } from './settings.ts';

export const EDGE_PORT = 8080;

const NGINX = 'docker/library/nginx:1.30.5-alpine';
/** The image's user `nginx`. */
const NGINX_UID = '101';
const RUN_DIRECTORY = '/run/edge';

/** Seconds that a project may stay silent: what Supabase gives an idle function request. */
const PROJECT_SECONDS = 150;

/** The second address of a VPC is its DNS server. */
const resolverOf = (cidr: string) => cidr.replace(/\.0\/16$/, '.2');

export class Edge extends Construct {
  readonly loadBalancer: elb.ApplicationLoadBalancer;
  readonly service: ecs.FargateService;
  readonly targets: elb.ApplicationTargetGroup;

  constructor(
    scope: Construct,
    id: string,
    options: {
      readonly settings: CellSettings;
      readonly network: Network;
      readonly cluster: Cluster;
      readonly certificate: ICertificate;
      readonly logGroup: LogGroup;
    },
  ) {
    super(scope, id);
    const { settings, network, cluster } = options;
    const policy = stagePolicy(settings.stage);

    const task = new ecs.FargateTaskDefinition(this, 'Task', {
      family: `baseplane-${settings.cell}-edge`,
      cpu: 256,
      memoryLimitMiB: 512,
      runtimePlatform: { cpuArchitecture: ecs.CpuArchitecture.ARM64 },
      executionRole: new ExecutionRole(this, 'Execution', {
        imageRepositories: cluster.imageRepositories,
        logGroup: options.logGroup,
      }),
      taskRole: taskRole(this, 'Role'),
    });
    const scratch = new ecs.LinuxParameters(this, 'Scratch');
    scratch.addTmpfs({
      containerPath: RUN_DIRECTORY,
      size: 16,
      mountOptions: [ecs.TmpfsMountOption.NOSUID, ecs.TmpfsMountOption.NODEV, ecs.TmpfsMountOption.NOEXEC],
    });
    scratch.dropCapabilities(ecs.Capability.ALL);
    task.addContainer('nginx', {
      image: ecs.ContainerImage.fromRegistry(`${cluster.imageRegistry}/${NGINX}`),
      user: NGINX_UID,
      readonlyRootFilesystem: true,
      linuxParameters: scratch,
      entryPoint: [...startNginx(RUN_DIRECTORY)],
      environment: {
        NGINX_CONF: nginxConf({
          port: EDGE_PORT,
          rootDomain: settings.rootDomain,
          namespace: `${settings.cell}.internal`,
          projectPort: PROJECT_PORT,
          projectSeconds: PROJECT_SECONDS,
          resolver: resolverOf(settings.cidr),
          dnsSeconds: 5,
          wakeUrl: settings.wakeUrl,
          trustedNetwork: settings.cidr,
          // The largest file that Supabase takes in one request.
          maxBody: '5g',
          runDirectory: RUN_DIRECTORY,
          accessLog: '/dev/stdout',
          certificateAuthorities: '/etc/ssl/certs/ca-certificates.crt',
        }),
      },
      portMappings: [{ containerPort: EDGE_PORT }],
      ulimits: [{ name: ecs.UlimitName.NOFILE, softLimit: 65_536, hardLimit: 65_536 }],
      logging: ecs.LogDrivers.awsLogs({ logGroup: options.logGroup, streamPrefix: 'edge' }),
      // The most that Fargate gives, for WebSockets to end by themselves.
      stopTimeout: Duration.seconds(120),
    });

    this.service = new ecs.FargateService(this, 'Service', {
      cluster: exact<ecs.ICluster>(cluster.cluster),
      taskDefinition: task,
      desiredCount: policy.edgeTasks.min,
      minHealthyPercent: 100,
      circuitBreaker: { rollback: true },
      securityGroups: [network.edge],
      vpcSubnets: { subnetGroupName: 'tasks' },
      propagateTags: ecs.PropagatedTagSource.SERVICE,
    });
    // Its first image comes from the internet.
    this.service.node.addDependency(network.outbound);
    this.service
      .autoScaleTaskCount({ minCapacity: policy.edgeTasks.min, maxCapacity: policy.edgeTasks.max })
      .scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 60 });

    this.loadBalancer = new elb.ApplicationLoadBalancer(this, 'LoadBalancer', {
      vpc: network.vpc,
      internetFacing: true,
      securityGroup: network.loadBalancer,
      vpcSubnets: { subnetGroupName: 'public' },
      deletionProtection: policy.keepsData,
      dropInvalidHeaderFields: true,
      // Longer than a project may stay silent, shorter than nginx keeps a connection.
      idleTimeout: Duration.seconds(180),
    });
    this.targets = new elb.ApplicationTargetGroup(this, 'Targets', {
      vpc: network.vpc,
      port: EDGE_PORT,
      protocol: elb.ApplicationProtocol.HTTP,
      targets: [this.service],
      deregistrationDelay: Duration.seconds(110),
      healthCheck: { path: '/healthz', interval: Duration.seconds(10), healthyThresholdCount: 2 },
    });
    this.loadBalancer.addListener('Https', {
      port: 443,
      protocol: elb.ApplicationProtocol.HTTPS,
      sslPolicy: elb.SslPolicy.RECOMMENDED_TLS,
      certificates: [options.certificate],
      defaultTargetGroups: [this.targets],
      open: false,
    });
    this.loadBalancer.addListener('Http', {
      port: 80,
      protocol: elb.ApplicationProtocol.HTTP,
      defaultAction: elb.ListenerAction.redirect({ protocol: 'HTTPS', port: '443', permanent: true }),
      open: false,
    });

    Validations.of(this.loadBalancer).acknowledge({
      id: 'AwsSolutions-ELB2',
      reason:
        'Its access log holds query strings, and those of WebSockets and signed URLs are credentials; the edge logs each request without them.',
    });
    Validations.of(task).acknowledge({
      id: 'AwsSolutions-ECS2',
      reason: 'The environment is nginx’s configuration, which holds no secret.',
    });
  }
}
