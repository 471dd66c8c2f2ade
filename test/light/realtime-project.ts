import { masterUser } from '../database/callers.ts';
import { type LightProcess, startLight } from './process.ts';
import { type RunningProject, type Settings, startProject } from './running-project.ts';

/** Another process of the same project. */
export interface Node {
  readonly url: string;
  readonly light: LightProcess;
}

export type RealtimeProject = RunningProject & {
  /** Starts one beside the first, with settings of its own. It is ended with the project. */
  another(extra?: Settings): Promise<Node>;
};

export async function startRealtime(extra: Settings = {}): Promise<RealtimeProject> {
  let own: Settings = {};
  const nodes: Node[] = [];
  const start = (settings: Settings) => {
    const light = startLight();
    light.configure(settings);
    return light;
  };
  const all = { SERVICES: 'rest,realtime', ...extra };
  const project = await startProject(masterUser, all, {}, (settings) => {
    own = settings;
    return start(settings);
  });
  return {
    ...project,
    async another(more = {}) {
      const light = start({ ...own, ...more });
      const node = { light, url: `http://${await light.ready()}` };
      nodes.push(node);
      return node;
    },
    async [Symbol.asyncDispose]() {
      for (const { light } of nodes) await light[Symbol.asyncDispose]();
      await project[Symbol.asyncDispose]();
    },
  };
}
