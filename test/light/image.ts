import { readFileSync } from 'node:fs';

/** How the image runs the data plane. */
export interface Image {
  readonly env: Readonly<Record<string, string>>;
  /** In the image's working directory. */
  readonly command: readonly string[];
  readonly user: string;
}

const dockerfile = new URL('../../templates/light/Dockerfile', import.meta.url);

/** As its Dockerfile says: what the last stage sets is what runs. */
export function readImage(): Image {
  const text = readFileSync(dockerfile, 'utf8').replaceAll(/\\\n\s*/g, '');
  const [stage = ''] = text.split(/^FROM /m).slice(-1);
  const env = [...stage.matchAll(/^ENV (.*)$/gm)].flatMap(([, pairs = '']) =>
    [...pairs.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)].map(
      ([, name = '', quoted, bare = '']): [string, string] => [name, quoted ?? bare],
    ),
  );
  const [, command = ''] = /^CMD \[(.*)\]$/m.exec(stage) ?? [];
  const [, user = ''] = /^USER (\S+)$/m.exec(stage) ?? [];
  return {
    env: Object.fromEntries(env),
    command: [...command.matchAll(/"([^"]*)"/g)].map(([, word = '']) => word),
    user,
  };
}
