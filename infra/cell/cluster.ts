import { Stack, Validations } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { CellSettings } from './settings.ts';

/** Where tasks run, and where their images come from. */
export class Cluster extends Construct {
  readonly cluster: ecs.Cluster;
  /**
   * A cache of Amazon's public registry, which has a copy of every image used here: a pull from it needs no way out
   * to the internet after the first one, and Docker Hub's limit of 100 pulls in six hours per address is not met.
   */
  readonly imageRegistry: string;
  /** The cache's repositories, as the last part of an ARN. */
  readonly imageRepositories: string;

  constructor(
    scope: Construct,
    id: string,
    options: { readonly settings: CellSettings; readonly vpc: IVpc },
  ) {
    super(scope, id);
    const stack = Stack.of(this);
    const name = `baseplane-${options.settings.cell}`;
    this.cluster = new ecs.Cluster(this, 'Cluster', {
      clusterName: name,
      vpc: options.vpc,
      enableFargateCapacityProviders: true,
      containerInsightsV2: ecs.ContainerInsights.DISABLED,
    });
    Validations.of(this.cluster).acknowledge({
      id: 'AwsSolutions-ECS4',
      reason:
        'Container Insights bills some ten custom metrics per service, and a cell has up to 5,000 of them. ' +
        'The edge’s log meters requests; CPU and memory of each service are in AWS/ECS at no cost.',
    });
    const cache = new ecr.CfnPullThroughCacheRule(this, 'Images', {
      ecrRepositoryPrefix: name,
      upstreamRegistry: 'ecr-public',
      upstreamRegistryUrl: 'public.ecr.aws',
    });
    this.imageRegistry = `${stack.account}.dkr.ecr.${stack.region}.${stack.urlSuffix}/${cache.ref}`;
    this.imageRepositories = `${name}/*`;
  }
}
