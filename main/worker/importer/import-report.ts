/** What became of one table's rows: read = imported + skipped, and the reasons add up to the skipped ones. */
export interface TableReport {
  read: number;
  imported: number;
  skipped: number;
  reasons: Record<string, number>;
}

export interface ImportReport {
  /** By name in the dump; tables outside the schema public carry their schema. */
  tables: Record<string, TableReport>;
  /** Tables of the dump that Factory Pulse has no place for. */
  unknownTables: string[];
  /** Columns of known tables that Factory Pulse has no place for. */
  unknownColumns: Record<string, string[]>;
  /** Columns that are left out on purpose: secrets, and what follows from other data. */
  omittedColumns: Record<string, string[]>;
  /** Rows that were imported with a change, by table and kind of change. */
  adjustments: Record<string, Record<string, number>>;
  /** Rows made out of other rows of the dump, by table. */
  derived: Record<string, number>;
  notes: string[];
}

export const alreadyPresent = 'already present';

/** The name under which a table of the dump is reported. */
export const reportName = (schema: string, table: string): string =>
  schema === 'public' ? table : `${schema}.${table}`;

/** Counts what happens during an import. */
export class ImportTally {
  readonly report: ImportReport = {
    tables: {},
    unknownTables: [],
    unknownColumns: {},
    omittedColumns: {},
    adjustments: {},
    derived: {},
    notes: [],
  };

  #table(name: string): TableReport {
    return (this.report.tables[name] ??= { read: 0, imported: 0, skipped: 0, reasons: {} });
  }

  read(name: string, rows: number): void {
    this.#table(name).read += rows;
  }

  imported(name: string, rows: number): void {
    this.#table(name).imported += rows;
  }

  skipped(name: string, reason: string, rows: number): void {
    if (rows === 0) return;
    const table = this.#table(name);
    table.skipped += rows;
    table.reasons[reason] = (table.reasons[reason] ?? 0) + rows;
  }

  /** Rows that had counted as imported turn out not to stay. */
  withdrawn(name: string, reason: string, rows: number): void {
    this.imported(name, -rows);
    this.skipped(name, reason, rows);
  }

  adjusted(name: string, change: string, rows: number): void {
    if (rows === 0) return;
    const changes = (this.report.adjustments[name] ??= {});
    changes[change] = (changes[change] ?? 0) + rows;
  }
}
