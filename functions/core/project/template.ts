import type { InstanceSize } from '../../contract/regions.ts';
import type { SectionName } from '../../contract/settings/sections.ts';
import type { Values } from './settings/settings.ts';

/** The services a project may have; `db` is in every one. */
const SERVICES = ['db', 'rest', 'auth', 'storage', 'realtime', 'functions', 'meta'] as const;
export type ServiceName = (typeof SERVICES)[number];

export const FEATURES = ['realtime', 'messaging', 'presence', 'bidding'] as const;
export type Feature = (typeof FEATURES)[number];

/** The two places a project's compute can run; a template names those it has a form for. */
export type Target = 'aws' | 'local';

/** What a template has to do with one section of a project's settings. */
export interface TemplateSettings {
  /** The settings that it can put in force; any other one stays as it is. */
  readonly honours: readonly string[];
  /** Where it is another by itself than Supabase is. */
  readonly fallbacks?: Values;
  /** Why values that are right each by itself cannot be in force together, and which of them is to be changed. */
  readonly judge?: (
    values: Values,
    target: Target,
  ) => { readonly name: string; readonly because: string } | undefined;
}

/** What a version has brought, a sentence for a project's owner. */
export interface TemplateChange {
  readonly version: string;
  readonly change: string;
}

export interface TaskSize {
  readonly cpu: number;
  readonly memory: number;
}

/** What a project is made of. The catalogue of these is data, handed in from outside the core. */
export interface ProjectTemplate {
  readonly name: string;
  /** Of its services and its SQL: what changes either raises it. A project's record keeps the one that serves it. */
  readonly version: string;
  /** The newest first, which is `version`. */
  readonly changes: readonly TemplateChange[];
  readonly description: string;
  readonly targets: readonly Target[];
  readonly services: readonly ServiceName[];
  /** Whether its services tell at `/metrics` what they count. */
  readonly metrics: boolean;
  /** What its services take on AWS at each compute size that they can have: CPU units (1,024 a core) and MiB. */
  readonly sizes: Readonly<Partial<Record<InstanceSize, TaskSize>>> & { readonly nano: TaskSize };
  /** What its tools take there; none: it has no tools. */
  readonly tools?: TaskSize;
  /** Features that every project of the template has. */
  readonly includes: readonly Feature[];
  /** Features that may be asked for. */
  readonly offers: readonly Feature[];
  /** SQL packs of the database, in order. */
  readonly packs: readonly string[];
  /** Those that come on top with a feature. */
  readonly featurePacks?: Readonly<Partial<Record<Feature, readonly string[]>>>;
  readonly settings: Readonly<Partial<Record<SectionName, TemplateSettings>>>;
}

export interface Catalogue {
  readonly templates: readonly ProjectTemplate[];
  /** The template of a project whose creator named none. */
  readonly standard: string;
}

export function findTemplate(catalogue: Catalogue, name: string): ProjectTemplate | undefined {
  return catalogue.templates.find((template) => template.name === name);
}

/** The SQL packs of a project, in order. */
export function packsOf({
  template: { packs, featurePacks = {} },
  features,
}: {
  readonly template: ProjectTemplate;
  readonly features: readonly Feature[];
}): readonly string[] {
  return [...new Set([...packs, ...features.flatMap((feature) => featurePacks[feature] ?? [])])];
}
