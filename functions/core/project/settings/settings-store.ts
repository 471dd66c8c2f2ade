import { z } from 'zod';
import { SECTION_NAMES, type SectionName } from '../../../contract/settings/sections.ts';
import type { ProjectRef } from '../../kernel/ids.ts';
import type { Table, Write } from '../../kernel/table.port.ts';
import { type ChangedSection, NO_SETTINGS, type Settings } from './settings.ts';

const storedSchema = z.object({
  values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  secrets: z.array(z.string()),
});

export interface ReadSettings {
  readonly settings: Settings;
  /** Of each section's item; none of one that was never changed. */
  readonly versions: Readonly<Partial<Record<SectionName, number>>>;
}

const PREFIX = 'SETTINGS#';
const pkOf = (ref: ProjectRef) => `PROJECT#${ref}`;

/** Settings rest beside their project, an item for each section, without the secret ones. */
export class SettingsStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async read(ref: ProjectRef): Promise<ReadSettings> {
    const { items } = await this.#table.query({ pk: pkOf(ref), prefix: PREFIX });
    const found = items.flatMap(({ sk, version, data }) => {
      const section = SECTION_NAMES.find((name) => sk === PREFIX + name);
      return section === undefined ? [] : [{ section, version, changed: storedSchema.parse(data) }];
    });
    return {
      settings: { ...NO_SETTINGS, ...Object.fromEntries(found.map((each) => [each.section, each.changed])) },
      versions: Object.fromEntries(found.map((each) => [each.section, each.version])),
    };
  }

  /** To be written together with what follows from it; `version` is that of the item that was read. */
  write(
    ref: ProjectRef,
    section: SectionName,
    version: number | undefined,
    { values, secrets }: ChangedSection,
  ): Write {
    const data = { values: { ...values }, secrets: [...secrets] };
    const item = { pk: pkOf(ref), sk: PREFIX + section, data };
    return { kind: 'put', item, if: version === undefined ? 'absent' : { version } };
  }
}
