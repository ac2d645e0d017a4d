import { parse } from 'csv-parse/sync';
import { shownOfSheets, shownOfText, type LookedInto } from '../../../shared/domain/content.ts';
import { encodingOf } from '../tables/encoding.ts';
import { separatorOf } from '../tables/separator.ts';
import { damaged } from './failure.ts';
import { shownSheet } from './shown-sheet.ts';
import { TextSink } from './text-sink.ts';

export const decoded = (bytes: Uint8Array, cut: boolean): string => new TextDecoder(encodingOf(bytes, cut)).decode(bytes);

export function textOfText(bytes: Uint8Array, cut: boolean): string {
  const sink = new TextSink();
  sink.add(decoded(bytes, cut));
  return sink.text;
}

/** The first lines, and of a file that is one endless line its beginning. */
export function lookIntoText(bytes: Uint8Array, cut: boolean): Pick<LookedInto, 'view' | 'facts' | 'warnings'> {
  return shownText(decoded(bytes, cut), cut);
}

export function shownText(text: string, cut: boolean): Pick<LookedInto, 'view' | 'facts' | 'warnings'> {
  let end = 0;
  for (let lines = 0; lines < shownOfText.lines && end < text.length; lines += 1) {
    const next = text.indexOf('\n', end);
    end = next < 0 ? text.length : next + 1;
  }
  end = Math.min(end, shownOfText.characters);
  const shown = text.slice(0, end).replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\t\n]|\p{Surrogate}/gu, '');
  return { view: { form: 'text', text: shown }, facts: [], warnings: cut || end < text.length ? ['cut'] : [] };
}

export function lookIntoTable(bytes: Uint8Array, cut: boolean, name: string): Pick<LookedInto, 'view' | 'facts' | 'warnings'> {
  const text = decoded(bytes, cut).normalize('NFC');
  try {
    const rows = parse(text, {
      delimiter: separatorOf(text),
      bom: true,
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: false,
      to: shownOfSheets.rows + 1,
      max_record_size: 1_000_000,
    });
    const sheet = shownSheet(name, rows);
    const isMore = cut || rows.length > shownOfSheets.rows;
    return { view: { form: 'sheets', sheet_count: 1, sheets: [sheet] }, facts: [], warnings: isMore ? ['cut'] : [] };
  } catch (error) {
    throw damaged(error);
  }
}
