import type { Fact, FactName, LookedInto } from '../../../shared/domain/content.ts';
import { damaged } from './failure.ts';
import { TextSink } from './text-sink.ts';

/*
 * STEP files (ISO 10303-21): what the header and a few entities say. Nothing is built of the model. Every pattern reads a
 * bounded piece, so that a crafted file costs no more than an honest one of its size.
 */

/** The header of real files is some hundred characters long. */
const MAX_HEADER = 64 * 1024;
const MAX_PRODUCTS = 200;
const SHOWN_PRODUCTS = 20;

interface StepFacts {
  facts: Fact[];
  /** All that people wrote: names of products, authors, the description. */
  words: string[];
}

/** Bytes one to one, so that a text of any size is read at once; words are decoded when they are found. */
function readStep(bytes: Uint8Array): StepFacts {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const dataAt = text.slice(0, MAX_HEADER).search(/ENDSEC\s*;/);
  if (dataAt < 0) throw damaged(new Error('the file has no header'));
  const header = text.slice(0, dataAt);
  const description = stringsOf(header, 'FILE_DESCRIPTION');
  // FILE_NAME(name, time, (authors), (organizations), preprocessor, program, authorisation)
  const name = argumentsOf(header, 'FILE_NAME');
  const schema = stringsOf(header, 'FILE_SCHEMA');
  const products = productsOf(text);
  const facts: Fact[] = [];
  const tell = (fact: FactName, values: readonly (string | number)[], more = false): void => {
    const told = values.filter((value) => value !== '');
    if (told.length > 0) facts.push({ name: fact, values: told, ...(more ? { more } : {}) });
  };
  tell('products', products.slice(0, SHOWN_PRODUCTS), products.length > SHOWN_PRODUCTS);
  tell('schema', schema);
  tell('author', name[2] ?? []);
  tell('organization', name[3] ?? []);
  tell('created', (name[1] ?? []).slice(0, 1));
  tell('program', (name[5] ?? []).slice(0, 1));
  tell('units', unitsOf(text));
  tell('entities', [countOf(text, /^\s{0,100}#\d{1,15}\s{0,20}=/gm)]);
  return { facts, words: [...products, ...(name[0] ?? []), ...description, ...(name[2] ?? []), ...(name[3] ?? [])] };
}

export const lookIntoStep = (bytes: Uint8Array): Pick<LookedInto, 'view' | 'facts'> => ({ view: { form: 'facts' }, facts: readStep(bytes).facts });

export function textOfStep(bytes: Uint8Array): string {
  const sink = new TextSink();
  for (const word of readStep(bytes).words) sink.add(`${word}\n`);
  return sink.text;
}

/** The strings in each argument of a header's entity. */
function argumentsOf(header: string, entity: string): string[][] {
  const start = new RegExp(`${entity}\\s{0,100}\\(`).exec(header);
  if (!start) return [];
  const found: string[][] = [[]];
  let depth = 1;
  for (let at = start.index + start[0].length; at < header.length && depth > 0; at += 1) {
    const letter = header[at];
    if (letter === "'") {
      const end = endOfString(header, at);
      found.at(-1)?.push(wordOf(header.slice(at + 1, end)));
      at = end;
    } else if (letter === '(') depth += 1;
    else if (letter === ')') depth -= 1;
    else if (letter === ',' && depth === 1) found.push([]);
  }
  return found;
}

const stringsOf = (header: string, entity: string): string[] => argumentsOf(header, entity)[0] ?? [];

/** Two apostrophes within a string are one that is meant. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at += 2) {
    at = text.indexOf("'", at);
    if (at < 0) return text.length;
    if (text[at + 1] !== "'") return at;
  }
}

function productsOf(text: string): string[] {
  const names = new Set<string>();
  for (const [, id = '', name = ''] of text.matchAll(/=\s{0,20}PRODUCT\s{0,20}\(\s{0,20}'((?:[^']|''){0,300})'\s{0,20},\s{0,20}'((?:[^']|''){0,300})'/g)) {
    const told = [wordOf(id), wordOf(name)].filter((word) => word !== '');
    names.add([...new Set(told)].join(' · '));
    if (names.size >= MAX_PRODUCTS) break;
  }
  return [...names].filter((name) => name !== '');
}

/** Units of length. */
function unitsOf(text: string): string[] {
  const units = new Set<string>();
  for (const [, prefix = ''] of text.matchAll(/SI_UNIT\s{0,20}\(\s{0,20}(\$|\.[A-Z]{1,10}\.)\s{0,20},\s{0,20}\.METRE\./g)) {
    units.add({ '.MILLI.': 'mm', '.CENTI.': 'cm', '.MICRO.': 'µm', $: 'm' }[prefix] ?? prefix);
    if (units.size >= 5) break;
  }
  // An inch is told by what it is in metres, so the metre beside it measures nothing of the model.
  if (/CONVERSION_BASED_UNIT\s{0,20}\(\s{0,20}'INCH/i.test(text)) return ['in'];
  return [...units];
}

function countOf(text: string, pattern: RegExp): number {
  let count = 0;
  while (pattern.exec(text)) count += 1;
  return count;
}

/** Directives for letters beyond ASCII, and the raw UTF-8 that many programs write instead. */
function wordOf(latin1: string): string {
  const raw = latin1.replaceAll("''", "'");
  let word = raw;
  try {
    word = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(raw, 'latin1'));
  } catch {
    // Written in one byte a letter.
  }
  return word
    .replace(/\\X2\\((?:[0-9A-F]{4}){1,200})\\X0\\/gi, (_, hex: string) => String.fromCharCode(...(hex.match(/.{4}/g) ?? []).map((unit) => parseInt(unit, 16))))
    .replace(/\\X\\([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replace(/[^\P{Cc}]|\p{Surrogate}/gu, '')
    .trim()
    .slice(0, 300);
}
