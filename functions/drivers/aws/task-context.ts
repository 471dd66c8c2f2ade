import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import type { Stack } from '../../core/project/stack.ts';

import type { Part } from './names.ts';

/** What the containers of a project's task are told of their surroundings, none of it secret. */
export interface TaskContext {
  /** Which of the project's tasks it is. */
  readonly part: Part;
  readonly family: string;
  readonly region: string;
  /** The project's own address. */
  readonly url: string;
  /** Where the project's tools are found within the cell, if it has them. */
  readonly toolsHost: string;
  readonly bucket: string;
  readonly database: {
    readonly host: string;
    readonly port: number;
    readonly name: string;
    /** Ends the names of the project's own roles; empty on a cluster that is the project's alone. */
    readonly roleSuffix: string;
  };
  /** ECS fills variables from its keys. */
  readonly secretArn: string;
  readonly executionRoleArn: string;
  readonly taskRoleArn: string;
  readonly logGroup: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What ECS is to register for a stack, as the composition root hands it in from the template. */
export type DescribeTask = (stack: Stack, context: TaskContext) => RegisterTaskDefinitionCommandInput;
