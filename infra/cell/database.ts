import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as rds from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import type { IVpc, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { stagePolicy } from './settings.ts';
import type { CellSettings } from './settings.ts';

export const DATABASE_PORT = 5432;
export const ENGINE_VERSION = rds.AuroraPostgresEngineVersion.VER_17_9;

/** The shared Aurora cluster: a database in it for every project of the tier `pooled`. */
export class Database extends Construct {
  readonly cluster: rds.DatabaseCluster;
  readonly secretArn: string;
  /** Also for the clusters of projects of the tier `dedicated`, which the control plane makes. */
  readonly subnetGroup: rds.SubnetGroup;
  readonly parameterGroupName: string;

  constructor(
    scope: Construct,
    id: string,
    options: {
      readonly settings: CellSettings;
      readonly vpc: IVpc;
      readonly securityGroup: SecurityGroup;
      readonly key: IKey;
    },
  ) {
    super(scope, id);
    const policy = stagePolicy(options.settings.stage);
    const removalPolicy = policy.keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.subnetGroup = new rds.SubnetGroup(this, 'Subnets', {
      description: `Databases of the cell ${options.settings.cell}`,
      vpc: options.vpc,
      vpcSubnets: { subnetGroupName: 'data' },
      removalPolicy,
    });
    const engine = rds.DatabaseClusterEngine.auroraPostgres({
      version: ENGINE_VERSION,
    });
    const parameters = new rds.ParameterGroup(this, 'Parameters', {
      engine,
      description: `Supabase databases of the cell ${options.settings.cell}`,
      parameters: {
        // Realtime reads the write-ahead log.
        'rds.logical_replication': '1',
        // One for each running project with subscribers. 32 ACU take 5,000 connections and a project holds about 20,
        // so that a cluster runs out of connections first.
        max_replication_slots: '250',
        max_wal_senders: '250',
        'rds.force_ssl': '1',
      },
      removalPolicy,
    });
    this.parameterGroupName = parameters.bindToCluster({}).parameterGroupName;
    this.cluster = new rds.DatabaseCluster(this, 'Cluster', {
      engine,
      writer: rds.ClusterInstance.serverlessV2('Writer', { autoMinorVersionUpgrade: true }),
      readers: Array.from({ length: policy.databaseReplicas }, (_, index) =>
        rds.ClusterInstance.serverlessV2(`Replica${index + 1}`, {
          autoMinorVersionUpgrade: true,
          scaleWithWriter: true,
        }),
      ),
      serverlessV2MinCapacity: policy.databaseCapacity.min,
      serverlessV2MaxCapacity: policy.databaseCapacity.max,
      vpc: options.vpc,
      subnetGroup: this.subnetGroup,
      securityGroups: [options.securityGroup],
      port: DATABASE_PORT,
      parameterGroup: parameters,
      credentials: rds.Credentials.fromUsername('baseplane', { encryptionKey: options.key }),
      // RDS makes the password and rotates it weekly; no function of ours has to.
      manageMasterUserPassword: true,
      iamAuthentication: true,
      enableDataApi: true,
      storageEncrypted: true,
      storageEncryptionKey: options.key,
      backup: { retention: Duration.days(policy.backupDays) },
      copyTagsToSnapshot: true,
      deletionProtection: policy.keepsData,
      removalPolicy,
    });
    const { secret } = this.cluster;
    if (secret === undefined) throw new Error('The shared cluster has no secret.');
    this.secretArn = secret.secretArn;
    if (!policy.keepsData) {
      Validations.of(this.cluster).acknowledge({
        id: 'AwsSolutions-RDS10',
        reason: 'A stage that keeps no data is removed whole.',
      });
    }
  }
}
