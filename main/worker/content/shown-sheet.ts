import { shownOfSheets, type Sheet } from '../../../shared/domain/content.ts';
import { tidyText } from './text-sink.ts';

/** The part of a sheet that is shown. */
export const shownSheet = (name: string, rows: readonly (readonly string[])[]): Sheet => ({
  name,
  rows: rows
    .slice(0, shownOfSheets.rows)
    .map((row) => row.slice(0, shownOfSheets.columns).map((cell) => tidyText(cell.slice(0, shownOfSheets.characters)))),
  row_count: rows.length,
  column_count: rows.reduce((most, row) => Math.max(most, row.length), 0),
});
