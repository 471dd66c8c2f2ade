/** What the gateway's stack is told when it is deployed: outputs of the cell's, and the API that it asks. */
export const PARAMETERS = {
  VpcId: 'The network of the cell',
  PublicSubnets: 'Where its load balancer is, separated by commas',
  TaskSubnets: 'Where its tasks run, separated by commas',
  EndpointsSecurityGroup: 'AWS services within the network',
  DatabaseSecurityGroup: 'Databases of the cell',
  ClusterName: 'The ECS cluster of the cell',
  ImageRegistry: 'Takes the place of public.ecr.aws in the name of an image',
  EdgeLogGroup: 'Where use is counted',
  KeyArn: 'The key of the cell',
  AlarmTopicArn: 'Who hears of alarms',
  ApiArn: 'The control plane’s API, as execute-api names it',
} as const;

export type ParameterName = keyof typeof PARAMETERS;
