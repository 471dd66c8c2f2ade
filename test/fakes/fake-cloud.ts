import { err, ok } from '../../functions/core/kernel/result.ts';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import type {
  DatabaseState,
  Databases,
  Query,
  TemporaryLogin,
} from '../../functions/core/project/databases.port.ts';
import type { Mail } from '../../functions/core/kernel/notifier.port.ts';
import type { FunctionFile, PublishedFunction } from '../../functions/core/project/function-files.port.ts';
import type { ProjectSecret } from '../../functions/core/project/project-secret.ts';
import type { Stack } from '../../functions/core/project/stack.ts';
import type { Settings } from '../../functions/core/project/settings/settings.ts';

/** What exists of one project; a thing that is not there is absent. */
export interface FakeProject {
  database?: {
    state: DatabaseState;
    /** What the state becomes after it has been asked for `asks` more times. */
    next?: { readonly state: DatabaseState; asks: number };
    packs: readonly string[];
    /** Of the template whose SQL it has. */
    version?: string;
    ownerPassword?: string;
    logins: TemporaryLogin[];
    /** The values that are not those it has by itself. */
    configuration?: Readonly<Record<string, string | null>>;
    /** By id; `history`: the recovery after which it was taken, null where no time can be had from it. */
    backups?: Map<
      number,
      {
        readonly name: string | null;
        readonly history: number | null;
        readonly ownerPassword: string | undefined;
      }
    >;
    /** What it is a copy of. */
    copyOf?: ProjectRef;
    /** The last recovery that it came out of. */
    recovered?: number;
  };
  /** The generations that run, each with how often its health is asked before it is healthy. */
  stacks: Map<number, { asks: number; readonly version: string; readonly size: Stack['size'] }>;
  /** The paths that the newest stack was told to refuse. */
  refused: readonly string[];
  /** Those whose tools run beside them. */
  readonly tools: Set<number>;
  /** The settings that the newest stack was deployed with. */
  settings?: Settings;
  prepared: boolean;
  promoted?: number;
  published: boolean;
  hostnames: Set<string>;
  objects: boolean;
  /** Whose files are there beside its own. */
  filesOf?: ProjectRef;
  secret?: ProjectSecret;
  functions: {
    /** By slug and bundle. */
    readonly bundles: Map<string, readonly FunctionFile[]>;
    /** What is served, by slug. */
    readonly published: Map<string, PublishedFunction>;
    sealed?: Uint8Array;
  };
}

type Answer = (query: Query) => ReturnType<Databases['query']>;

export interface FakeCloudOptions {
  /** How often a thing that was begun is asked after before it is there. */
  readonly asks?: number;
}

/** A target without machines: the drivers on it share this state, which tests look at and change. */
export class FakeCloud {
  readonly projects = new Map<ProjectRef, FakeProject>();
  readonly mails = new Map<string, Mail>();
  readonly asks: number;
  /** The generations that never get healthy, of whichever project. */
  readonly sickly = new Set<number>();
  /** Sessions of people that are at work, in each database. */
  busySessions = 0;
  /** What a database answers. */
  answer: Answer = async ({ sql }) => {
    if (sql.includes('pg_stat_activity')) return ok([{ busy: this.busySessions }]);
    return /^select 1 as one$/i.test(sql)
      ? ok([{ one: 1 }])
      : err({ code: 'query_failed', sqlstate: '0A000', message: 'this database only knows two queries' });
  };

  constructor(options: FakeCloudOptions = {}) {
    this.asks = options.asks ?? 1;
  }

  /** The project's things, to be added to. */
  of(ref: ProjectRef): FakeProject {
    const known = this.projects.get(ref);
    if (known !== undefined) return known;
    const project: FakeProject = {
      stacks: new Map(),
      refused: [],
      tools: new Set(),
      prepared: false,
      published: false,
      hostnames: new Set(),
      objects: false,
      functions: { bundles: new Map(), published: new Map() },
    };
    this.projects.set(ref, project);
    return project;
  }

  /** Ends every process, as the death of the machine's supervisor does; what is on disk stays. */
  loseProcesses(): void {
    for (const project of this.projects.values()) {
      project.stacks.clear();
      project.tools.clear();
      project.published = false;
      if (project.database !== undefined) {
        const { next: _, ...kept } = project.database;
        project.database = { ...kept, state: 'stopped', logins: [] };
      }
    }
  }

  /** What is there of a project, as the teardown proof would name it. */
  remnants(ref: ProjectRef): readonly { readonly kind: string; readonly name: string }[] {
    const project = this.projects.get(ref);
    if (project === undefined) return [];
    const things: Readonly<Record<string, boolean>> = {
      database: project.database !== undefined,
      stack: project.prepared,
      promotion: project.promoted !== undefined,
      route: project.published,
      objects: project.objects,
      secret: project.secret !== undefined,
    };
    const kinds = Object.entries(things).flatMap(([kind, there]) => (there ? [kind] : []));
    const processes = [...project.stacks.keys()].map((generation) => ({
      kind: 'process',
      name: `${ref}/${generation}`,
    }));
    const tools = [...project.tools].map((generation) => ({ kind: 'tools', name: `${ref}/${generation}` }));
    const hostnames = [...project.hostnames].map((name) => ({ kind: 'hostname', name }));
    return [...kinds.map((kind) => ({ kind, name: ref })), ...processes, ...tools, ...hostnames];
  }
}
