import type { ContainerSpec, Image, Place, TaskSize, TaskSpec } from './container.ts';

/** The registries that stand for each source of images, with the cell's cache in front of them or not. */
export type ImageRegistries = Readonly<Record<Image['source'], string>>;

/** Supabase mirrors every image that its CLI starts at Amazon's public registry, under the last part of its name. */
export function imageUri({ source, name, tag }: Image, registries: ImageRegistries): string {
  const repository = source === 'supabase' ? `supabase/${name.slice(name.lastIndexOf('/') + 1)}` : name;
  return `${registries[source]}/${repository}:${tag}`;
}

export interface TaskContext {
  readonly family: string;
  readonly size: TaskSize;
  readonly place: Place;
  readonly secretArn: string;
  readonly executionRoleArn: string;
  readonly taskRoleArn: string;
  readonly logGroup: string;
  readonly registries: ImageRegistries;
  readonly tags: Readonly<Record<string, string>>;
}

type NameValue = { name: string; value: string };

/** ECS's RegisterTaskDefinition request, as far as a task of ours uses it. */
export interface TaskDefinitionInput {
  family: string;
  requiresCompatibilities: ['FARGATE'];
  networkMode: 'awsvpc';
  runtimePlatform: { cpuArchitecture: 'ARM64'; operatingSystemFamily: 'LINUX' };
  cpu: string;
  memory: string;
  executionRoleArn: string;
  taskRoleArn: string;
  containerDefinitions: ContainerDefinition[];
  tags: { key: string; value: string }[];
}

interface ContainerDefinition {
  name: string;
  image: string;
  essential: true;
  cpu: number;
  memory: number;
  entryPoint?: string[];
  command?: string[];
  user?: string;
  portMappings: { containerPort: number; protocol: 'tcp' }[];
  environment: NameValue[];
  secrets: { name: string; valueFrom: string }[];
  healthCheck: { command: string[]; interval: number; timeout: number; retries: number; startPeriod: number };
  dependsOn: { containerName: string; condition: 'START' | 'HEALTHY' }[];
  readonlyRootFilesystem: boolean;
  linuxParameters: {
    initProcessEnabled: true;
    tmpfs?: { containerPath: string; size: number; mountOptions: string[] }[];
  };
  logConfiguration: { logDriver: 'awslogs'; options: Record<string, string> };
}

/** The request that registers a project's task. Pure: two calls with the same task and context give the same. */
export function taskDefinitionInput(task: TaskSpec, context: TaskContext): TaskDefinitionInput {
  const { cpu, memory } = task.sizes[context.size];
  return {
    family: context.family,
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
    cpu: String(cpu),
    memory: String(memory),
    executionRoleArn: context.executionRoleArn,
    taskRoleArn: context.taskRoleArn,
    containerDefinitions: task.containers.map((container) => ({
      ...containerDefinition(container, context),
      cpu: Math.floor((cpu * container.share) / 1000),
      memory: Math.floor((memory * container.share) / 1000),
    })),
    tags: Object.entries(context.tags).map(([key, value]) => ({ key, value })),
  };
}

function containerDefinition(
  container: ContainerSpec,
  { place, secretArn, logGroup, registries }: TaskContext,
): Omit<ContainerDefinition, 'cpu' | 'memory'> {
  const filled = (texts: readonly string[]) => texts.map((text) => fill(text, place));
  const { name, image, entryPoint, command, user, port, healthCheck, scratch } = container;
  return {
    name,
    image: imageUri(image, registries),
    // A project whose parts are not all there is not healthy: ECS replaces the task.
    essential: true,
    ...(entryPoint && { entryPoint: filled(entryPoint) }),
    ...(command && { command: filled(command) }),
    ...(user !== undefined && { user }),
    portMappings: [{ containerPort: port, protocol: 'tcp' }],
    environment: Object.entries(container.environment).map(([name, text]) => ({
      name,
      value: fill(text, place),
    })),
    secrets: Object.entries(container.secrets).map(([name, key]) => ({
      name,
      valueFrom: `${secretArn}:${key}::`,
    })),
    healthCheck: {
      command: filled(healthCheck.command),
      interval: healthCheck.intervalSeconds,
      timeout: healthCheck.timeoutSeconds,
      retries: healthCheck.retries,
      startPeriod: healthCheck.startSeconds,
    },
    dependsOn: Object.entries(container.after).map(([containerName, condition]) => ({
      containerName,
      condition,
    })),
    readonlyRootFilesystem: container.writableRoot === undefined,
    linuxParameters: {
      initProcessEnabled: true,
      ...(scratch && {
        tmpfs: Object.entries(scratch).map(([containerPath, size]) => ({
          containerPath,
          size,
          mountOptions: ['nosuid', 'nodev'],
        })),
      }),
    },
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': logGroup,
        'awslogs-region': place.region,
        // The stream is <ref>/<container>/<task>: a project's logs are found, and deleted, by its ref.
        'awslogs-stream-prefix': place.ref,
        // A slow log service must not hold up a project.
        mode: 'non-blocking',
        'max-buffer-size': '4m',
      },
    },
  };
}

const isPlace = (name: string, place: Place): name is keyof Place => name in place;

/** @throws if the text names something that a place does not have */
function fill(text: string, place: Place): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    if (!isPlace(name, place))
      throw new Error(`A container's setting asks for {{${name}}}, which no place has.`);
    return place[name];
  });
}
