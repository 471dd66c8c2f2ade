import { expect, test } from 'vitest';
import type { ContainerSpec, TaskSpec } from './container.ts';
import { imageUri, taskDefinitionInput } from './task-definition.ts';
import type { TaskContext } from './task-definition.ts';

const PLAIN: ContainerSpec = {
  name: 'plain',
  image: { source: 'supabase', name: 'library/plain', tag: '1.2.3' },
  port: 80,
  environment: { URL: 'x-{{url}}-{{ref}}', JSON: '{"a":{"b":{}}}' },
  secrets: { PASSWORD: 'db_password' },
  healthCheck: {
    command: ['CMD', 'ask', '{{ref}}'],
    intervalSeconds: 5,
    timeoutSeconds: 2,
    retries: 3,
    startSeconds: 9,
  },
  after: {},
  share: 333,
};

const SIZE = { cpu: 256, memory: 512 };
const task = (...containers: ContainerSpec[]): TaskSpec => ({
  containers,
  sizes: { nano: SIZE, micro: SIZE, small: SIZE, medium: SIZE, large: { cpu: 1024, memory: 4096 } },
});

const CONTEXT: TaskContext = {
  family: 'baseplane-ref',
  size: 'nano',
  place: {
    ref: 'ref',
    url: 'https://ref.example.com',
    region: 'eu-west-1',
    bucket: 'bucket',
    database_host: 'host',
    database_port: '5432',
    database_name: 'name',
    role_suffix: '',
    tools_host: 'tools',
  },
  secretArn: 'arn:aws:secretsmanager:eu-west-1:1:secret:baseplane/cell/ref-AbCdEf',
  executionRoleArn: 'arn:execution',
  taskRoleArn: 'arn:task',
  logGroup: 'logs',
  registries: { supabase: '1.dkr.ecr.eu-west-1.amazonaws.com/cache', baseplane: 'registry.example.com' },
  tags: { 'baseplane:project': 'ref', 'baseplane:cell': 'cell' },
};

test('says to ECS what a task is', () => {
  const busy: ContainerSpec = {
    ...PLAIN,
    name: 'busy',
    entryPoint: ['sh', '-c'],
    command: ['serve {{database_host}}'],
    user: '1000',
    after: { plain: 'HEALTHY' },
    share: 667,
    scratch: { '/run/x': 16 },
    writableRoot: 'it writes',
  };
  expect(taskDefinitionInput(task(PLAIN, busy), CONTEXT)).toEqual({
    family: 'baseplane-ref',
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
    cpu: '256',
    memory: '512',
    executionRoleArn: 'arn:execution',
    taskRoleArn: 'arn:task',
    containerDefinitions: [
      {
        name: 'plain',
        image: '1.dkr.ecr.eu-west-1.amazonaws.com/cache/supabase/plain:1.2.3',
        essential: true,
        cpu: 85,
        memory: 170,
        portMappings: [{ containerPort: 80, protocol: 'tcp' }],
        environment: [
          { name: 'URL', value: 'x-https://ref.example.com-ref' },
          { name: 'JSON', value: '{"a":{"b":{}}}' },
        ],
        secrets: [
          {
            name: 'PASSWORD',
            valueFrom: 'arn:aws:secretsmanager:eu-west-1:1:secret:baseplane/cell/ref-AbCdEf:db_password::',
          },
        ],
        healthCheck: { command: ['CMD', 'ask', 'ref'], interval: 5, timeout: 2, retries: 3, startPeriod: 9 },
        dependsOn: [],
        readonlyRootFilesystem: true,
        linuxParameters: { initProcessEnabled: true },
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': 'logs',
            'awslogs-region': 'eu-west-1',
            'awslogs-stream-prefix': 'ref',
            mode: 'non-blocking',
            'max-buffer-size': '4m',
          },
        },
      },
      expect.objectContaining({
        entryPoint: ['sh', '-c'],
        command: ['serve host'],
        user: '1000',
        cpu: 170,
        memory: 341,
        dependsOn: [{ containerName: 'plain', condition: 'HEALTHY' }],
        readonlyRootFilesystem: false,
        linuxParameters: {
          initProcessEnabled: true,
          tmpfs: [{ containerPath: '/run/x', size: 16, mountOptions: ['nosuid', 'nodev'] }],
        },
      }),
    ],
    tags: [
      { key: 'baseplane:project', value: 'ref' },
      { key: 'baseplane:cell', value: 'cell' },
    ],
  });
});

test('takes the size that is asked for', () => {
  expect(taskDefinitionInput(task(PLAIN), { ...CONTEXT, size: 'large' })).toMatchObject({
    cpu: '1024',
    memory: '4096',
    containerDefinitions: [{ cpu: 340, memory: 1363 }],
  });
});

test('refuses a setting that no place has', () => {
  const wrong = { ...PLAIN, environment: { A: '{{password}}' } };
  expect(() => taskDefinitionInput(task(wrong), CONTEXT)).toThrow('{{password}}');
});

test('pulls Supabase’s images from where they are mirrored, and ours from our own registry', () => {
  const { registries } = CONTEXT;
  expect(imageUri({ source: 'supabase', name: 'postgrest/postgrest', tag: 'v1.0' }, registries)).toBe(
    '1.dkr.ecr.eu-west-1.amazonaws.com/cache/supabase/postgrest:v1.0',
  );
  expect(imageUri({ source: 'baseplane', name: 'baseplane/light', tag: '0.1.0' }, registries)).toBe(
    'registry.example.com/baseplane/light:0.1.0',
  );
});
