import { ArnFormat, CfnElement, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { CellSettings } from './settings.ts';

/** Every role of Baseplane is under this path; the control plane may make roles here only, with the boundary below. */
export const ROLE_PATH = '/baseplane/';

/** The tag by which a task's role says which project it is. */
const PROJECT_TAG = 'baseplane:project';

/** What of the bucket a project's own role may name, whatever its policies say. */
const OWN_PREFIX = `\${aws:PrincipalTag/${PROJECT_TAG}}`;

/** Without the condition, another account's ECS could be talked into using the role. */
const ecsTasks = (scope: Construct) =>
  new iam.ServicePrincipal('ecs-tasks.amazonaws.com', {
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  });

/** A role for tasks that call no AWS service. */
export function taskRole(scope: Construct, id: string): iam.Role {
  return new iam.Role(scope, id, { path: ROLE_PATH, assumedBy: ecsTasks(scope) });
}

/** A role that ECS itself uses to start tasks: it pulls their image and writes what they print. */
export class ExecutionRole extends iam.Role {
  constructor(
    scope: Construct,
    id: string,
    options: { readonly imageRepositories: string; readonly logGroup: ILogGroup },
  ) {
    const stack = Stack.of(scope);
    super(scope, id, { path: ROLE_PATH, assumedBy: ecsTasks(scope) });
    this.allow(['ecr:GetAuthorizationToken'], '*');
    this.allow(
      [
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:BatchImportUpstreamImage',
        'ecr:CreateRepository',
        'ecr:GetDownloadUrlForLayer',
      ],
      stack.formatArn({ service: 'ecr', resource: 'repository', resourceName: options.imageRepositories }),
    );
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], options.logGroup.logGroupArn);
    this.acknowledge('*', 'ecr:GetAuthorizationToken cannot be limited to a resource.');
    this.acknowledge(
      `${anywhere('ecr')}:repository/${options.imageRepositories}`,
      'ECR makes a repository of the cell’s image cache at the first pull of an image.',
    );
  }

  allow(actions: string[], resource: string, conditions?: iam.Conditions): void {
    const resources = [resource];
    this.addToPolicy(new iam.PolicyStatement({ actions, resources, ...(conditions && { conditions }) }));
  }

  acknowledge(resource: string, reason: string): void {
    Validations.of(this).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
  }
}

/** How cdk-nag writes the beginning of an ARN in whatever account and region. */
const anywhere = (service: string) => `arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>`;

export class ProjectRoles extends Construct {
  /** Starts the tasks of every project of the cell. */
  readonly execution: ExecutionRole;
  /** The most that a project's own role can ever do: use the objects under its ref. */
  readonly boundary: iam.ManagedPolicy;
  /** Names of projects' secrets begin with it. */
  readonly secretPrefix: string;

  constructor(
    scope: Construct,
    id: string,
    options: {
      readonly settings: CellSettings;
      readonly imageRepositories: string;
      readonly logGroup: ILogGroup;
      readonly bucket: IBucket;
      readonly key: IKey;
    },
  ) {
    super(scope, id);
    const { bucket, key, imageRepositories, logGroup } = options;
    const { region } = Stack.of(this);
    const through = (service: string) => ({
      StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com` },
    });

    this.secretPrefix = `baseplane/${options.settings.cell}/`;
    this.execution = new ExecutionRole(this, 'Execution', { imageRepositories, logGroup });
    this.execution.allow(
      ['secretsmanager:GetSecretValue'],
      Stack.of(this).formatArn({
        service: 'secretsmanager',
        resource: 'secret',
        resourceName: `${this.secretPrefix}*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    );
    this.execution.acknowledge(
      `${anywhere('secretsmanager')}:secret:${this.secretPrefix}*`,
      'One role starts the tasks of all projects of the cell; no container ever holds it.',
    );
    this.execution.allow(['kms:Decrypt'], key.keyArn, through('secretsmanager'));

    this.boundary = new iam.ManagedPolicy(this, 'Boundary', {
      path: ROLE_PATH,
      description: `The most a project of the cell ${options.settings.cell} can do`,
      statements: [
        new iam.PolicyStatement({
          actions: [
            's3:AbortMultipartUpload',
            's3:DeleteObject',
            's3:GetObject',
            's3:ListMultipartUploadParts',
            's3:PutObject',
          ],
          resources: [bucket.arnForObjects(`${OWN_PREFIX}/*`)],
        }),
        new iam.PolicyStatement({
          actions: ['s3:ListBucket', 's3:ListBucketMultipartUploads'],
          resources: [bucket.bucketArn],
          conditions: { StringLike: { 's3:prefix': `${OWN_PREFIX}/*` } },
        }),
        new iam.PolicyStatement({
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [key.keyArn],
          conditions: through('s3'),
        }),
      ],
    });
    const objects = bucket.node.defaultChild;
    if (!CfnElement.isCfnElement(objects)) throw new Error('The bucket is not of this stack.');
    Validations.of(this.boundary).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${Stack.of(this).getLogicalId(objects)}.Arn>/<aws:PrincipalTag/${PROJECT_TAG}>/*]`,
      reason: 'All objects under the prefix that the role’s own tag names, and nothing else.',
    });
  }
}
