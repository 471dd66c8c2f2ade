import {
  type AwsClients,
  type HomeClients,
  createAwsClients,
  createHomeClients,
} from '../../functions/drivers/aws/clients.ts';

interface ScriptedCall {
  /** `ECS CreateService` */
  readonly name: string;
  readonly input: object;
}

type Answer = object | Error;

/** What AWS is to answer to each action: always the same, one after the other, or as it depends on the request. */
export type Script = Readonly<Record<string, Answer | readonly Answer[] | ((input: object) => Answer)>>;

export interface ScriptedAws {
  readonly clients: AwsClients & HomeClients;
  readonly calls: readonly ScriptedCall[];
  /** Of the calls of one action, in order. */
  inputs(name: string): readonly object[];
}

/** The real clients with a script for AWS: they send nothing and keep what they were to send. */
export function scriptedAws(script: Script): ScriptedAws {
  const calls: ScriptedCall[] = [];
  const clients = { ...createAwsClients('eu-central-1'), ...createHomeClients('eu-central-1') };
  for (const client of Object.values(clients)) {
    const service = client.constructor.name.replace(/Client$/, '');
    Object.assign(client, {
      send: async ({
        input,
        constructor,
      }: {
        readonly input: object;
        readonly constructor: { name: string };
      }) => {
        const name = `${service} ${constructor.name.replace(/Command$/, '')}`;
        const time = calls.filter((call) => call.name === name).length;
        calls.push({ name, input });
        const answer = answerOf(script[name], time, input);
        if (answer instanceof Error) throw answer;
        return answer;
      },
    });
  }
  return {
    clients,
    calls,
    inputs: (name) => calls.filter((call) => call.name === name).map(({ input }) => input),
  };
}

function answerOf(given: Script[string] | undefined, time: number, input: object): Answer {
  if (typeof given === 'function') return given(input);
  if (isList(given)) return given[Math.min(time, given.length - 1)] ?? {};
  return given ?? {};
}

const isList = (given: object | undefined): given is readonly Answer[] => Array.isArray(given);

/** An error as the SDK throws it. */
export function awsError(name: string, message = name): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } });
}
