import type { RegionCode } from '../../contract/regions.ts';
import type { CellId } from '../kernel/ids.ts';
import type { Target } from './template.ts';

/** One regional data plane. */
export interface Cell {
  readonly id: CellId;
  readonly target: Target;
  /** Projects answer at `<ref>.<domain>`, followed by the port where it is not the scheme's own. */
  readonly origin: { readonly scheme: 'http' | 'https'; readonly domain: string; readonly port?: number };
  /** Where clients of Postgres come in, naming the project as their user's suffix; absent: nowhere. */
  readonly postgres?: { readonly host: string; readonly port: number };
}

export interface Placement {
  readonly cell: Cell;
  readonly region: RegionCode;
}

export interface Cells {
  get(id: CellId): Cell | undefined;
  /** Where a new project of this region goes; no region: the installation's own choice. */
  place(region: RegionCode | undefined): Placement | undefined;
  /** The regions that take new projects. */
  regions(): readonly RegionCode[];
}

/** The root URL of a project, as supabase-js is given it. */
function projectUrl(cell: Cell, ref: string): string {
  const { scheme, domain, port } = cell.origin;
  return `${scheme}://${ref}.${domain}${port === undefined ? '' : `:${port}`}`;
}

interface Placed {
  readonly cell: CellId;
  readonly ref: string;
}

export function cellOf(cells: Cells, project: Placed): Cell {
  const cell = cells.get(project.cell);
  if (cell === undefined) throw new Error(`project ${project.ref} is in the unknown cell ${project.cell}`);
  return cell;
}

export function urlIn(cells: Cells, project: Placed): string {
  return projectUrl(cellOf(cells, project), project.ref);
}
