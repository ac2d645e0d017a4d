import type { Fact, LookedInto } from '../../../shared/domain/content.ts';
import { damaged } from './failure.ts';
import { TextSink } from './text-sink.ts';

/*
 * DXF drawings: pairs of lines, a group code and its value. Header, layers, counts of entities and what is written in the
 * drawing are read; nothing is drawn.
 */

const MAX_LAYERS = 2_000;
const SHOWN_LAYERS = 40;
const MAX_TYPES = 200;
const SHOWN_TYPES = 12;

const units = ['', 'in', 'ft', 'mi', 'mm', 'cm', 'm', 'km', 'µin', 'mil', 'yd', 'Å', 'nm', 'µm', 'dm'];

const versions: Readonly<Record<string, string>> = {
  AC1009: 'R12',
  AC1012: 'R13',
  AC1014: 'R14',
  AC1015: '2000',
  AC1018: '2004',
  AC1021: '2007',
  AC1024: '2010',
  AC1027: '2013',
  AC1032: '2018',
};

/** Since 2007 files are UTF-8; before, in the code page of the machine that wrote them. */
const FIRST_UTF_8 = 'AC1021';

interface Drawing {
  header: Map<string, Map<number, string>>;
  layers: Set<string>;
  entities: Map<string, number>;
  words: TextSink;
}

export function lookIntoDxf(bytes: Uint8Array): Pick<LookedInto, 'view' | 'facts'> {
  const { header, layers, entities } = readDxf(bytes);
  const facts: Fact[] = [];
  const version = header.get('$ACADVER')?.get(1);
  if (version !== undefined) facts.push({ name: 'format_version', values: [versions[version] ?? version.slice(0, 40)] });
  const unit = units[Number(header.get('$INSUNITS')?.get(70) ?? 0)];
  if (unit !== undefined && unit !== '') facts.push({ name: 'units', values: [unit] });
  const extents = extentsOf(header);
  if (extents) facts.push({ name: 'extents', values: extents });
  const names = [...layers];
  if (names.length > 0) facts.push({ name: 'layers', values: names.slice(0, SHOWN_LAYERS), more: names.length > SHOWN_LAYERS });
  const counted = [...entities].sort(([, one], [, other]) => other - one);
  facts.push({ name: 'entities', values: [counted.reduce((sum, [, count]) => sum + count, 0)] });
  if (counted.length > 0) {
    const shown = counted.slice(0, SHOWN_TYPES).map(([type, count]) => `${type} × ${count}`);
    facts.push({ name: 'entity_types', values: shown, more: counted.length > SHOWN_TYPES });
  }
  return { view: { form: 'facts' }, facts };
}

export const textOfDxf = (bytes: Uint8Array): string => readDxf(bytes).words.text;

/** Width and height of what is drawn. */
function extentsOf(header: Drawing['header']): number[] | null {
  const corner = (name: string, group: number): number => Number(header.get(name)?.get(group) ?? NaN);
  const sides = [10, 20].map((group) => corner('$EXTMAX', group) - corner('$EXTMIN', group));
  // An empty drawing's corners lie far beyond each other.
  return sides.every((side) => Number.isFinite(side) && side >= 0 && side < 1e12) ? sides.map((side) => Math.round(side * 1_000) / 1_000) : null;
}

function readDxf(bytes: Uint8Array): Drawing {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (text.startsWith('AutoCAD Binary DXF')) throw damaged(new Error('the binary form is not read'));
  const drawing: Drawing = { header: new Map(), layers: new Set(), entities: new Map(), words: new TextSink() };
  let section = '';
  let type = '';
  let variable = '';
  let pairs = 0;
  for (const [code, value] of pairsOf(text)) {
    pairs += 1;
    if (code === 0) {
      if (value === 'ENDSEC') section = '';
      type = value;
      if (section === 'ENTITIES') count(drawing.entities, value);
    } else if (code === 2 && type === 'SECTION') {
      section = value;
      type = '';
    } else if (section === 'HEADER') {
      if (code === 9) variable = value;
      else if (wantedVariables.has(variable)) note(drawing.header, variable, code, value);
    } else if (code === 2 && section === 'TABLES' && type === 'LAYER' && drawing.layers.size < MAX_LAYERS) {
      drawing.layers.add(wordOf(value, drawing));
    } else if ((code === 1 || code === 3) && worded.has(type)) {
      drawing.words.add(`${plainWords(wordOf(value, drawing))}\n`);
    }
  }
  if (pairs === 0) throw damaged(new Error('the file holds no groups'));
  return drawing;
}

const wantedVariables = new Set(['$ACADVER', '$INSUNITS', '$EXTMIN', '$EXTMAX']);
const worded = new Set(['TEXT', 'MTEXT', 'ATTRIB', 'ATTDEF', 'DIMENSION']);

function count(counted: Map<string, number>, name: string): void {
  const before = counted.get(name);
  if (before !== undefined || counted.size < MAX_TYPES) counted.set(name.slice(0, 40), (before ?? 0) + 1);
}

function note(header: Drawing['header'], variable: string, code: number, value: string): void {
  const groups = header.get(variable) ?? new Map<number, string>();
  groups.set(code, value.slice(0, 100));
  header.set(variable, groups);
}

function* pairsOf(text: string): Generator<[number, string]> {
  let at = 0;
  const line = (): string => {
    const end = text.indexOf('\n', at);
    const found = text.slice(at, end < 0 ? text.length : end);
    at = end < 0 ? text.length : end + 1;
    // Longer values are no words of a drawing.
    return found.slice(0, 4_000).trim();
  };
  while (at < text.length) {
    const code = Number(line() || NaN);
    const value = line();
    // Without a number the lines are out of step, and nothing that follows can be trusted.
    if (!Number.isInteger(code)) return;
    yield [code, value];
  }
}

function wordOf(latin1: string, { header }: Drawing): string {
  const version = header.get('$ACADVER')?.get(1) ?? '';
  const bytes = Buffer.from(latin1, 'latin1');
  const word = new TextDecoder(version >= FIRST_UTF_8 ? 'utf-8' : 'windows-1258').decode(bytes);
  return word.replace(/\\U\+([0-9A-F]{4})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))).normalize('NFC');
}

/** Without the marks for fonts, heights and breaks; %%c, %%d and %%p are ⌀, ° and ±. */
const plainWords = (word: string): string =>
  word
    .replace(/\\P/g, '\n')
    .replace(/\\[A-Za-z][^;\\]{0,80};/g, '')
    .replace(/[{}]/g, '')
    .replace(/%%c/gi, '⌀')
    .replace(/%%d/gi, '°')
    .replace(/%%p/gi, '±');
