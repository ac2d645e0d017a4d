import type { ExportFormat } from '../../../shared/api/audit.ts';
import type { TableWriter } from './table-writer.ts';

/** A table in the format that the person chose; `name` and the columns' `widths` (in characters) are a workbook's alone. */
export async function newTable(format: ExportFormat, sheet: { name: string; widths: readonly number[] }): Promise<TableWriter> {
  if (format === 'csv') return (await import('./csv-writer.ts')).csvWriter();
  return (await import('./xlsx-writer.ts')).xlsxWriter(sheet);
}
