import { RemovalPolicy } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { stagePolicy } from './settings.ts';
import type { CellSettings } from './settings.ts';

/** Their names are made up by CloudFormation, so that a production cell can be made anew beside the logs it left. */
export class Logs extends Construct {
  /** One line per request, which the meter reads. */
  readonly edge: logs.LogGroup;
  /** What projects' containers print; a project's streams begin with its ref. */
  readonly projects: logs.LogGroup;
  /** Connections that no security group allowed. */
  readonly rejected: logs.LogGroup;

  constructor(scope: Construct, id: string, settings: CellSettings) {
    super(scope, id);
    const { keepsData, logDays } = stagePolicy(settings.stage);
    const group = (name: string) =>
      new logs.LogGroup(this, name, {
        retention: logDays === 90 ? logs.RetentionDays.THREE_MONTHS : logs.RetentionDays.ONE_MONTH,
        removalPolicy: keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      });
    this.edge = group('Edge');
    this.projects = group('Projects');
    this.rejected = group('Rejected');
  }
}
