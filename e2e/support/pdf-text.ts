import { inflateSync } from 'node:zlib';

/** The text of a PDF as Chromium writes it: glyph numbers in a font named after its object, which says what they mean. */
export function pdfText(pdf: Buffer): string {
  const objects = new Map<string, string>();
  for (const [, number, body] of pdf.toString('latin1').matchAll(/(?:^|\n)(\d+) 0 obj\s([\s\S]*?)\nendobj/g)) {
    if (number !== undefined && body !== undefined) objects.set(number, body);
  }
  const streams = [...objects.values()].map(streamOf).filter((stream) => /\bTj\b|\bTJ\b/.test(stream));
  return streams.map((stream) => textOf(stream, (font) => glyphsOf(objects, font))).join('\n');
}

function streamOf(object: string): string {
  const found = /stream\r?\n([\s\S]*?)\r?\nendstream/.exec(object)?.[1];
  if (found === undefined) return '';
  if (!object.includes('/FlateDecode')) return found;
  try {
    return inflateSync(Buffer.from(found, 'latin1')).toString('latin1');
  } catch {
    // A picture or a font.
    return '';
  }
}

type Glyphs = ReadonlyMap<string, string>;

function glyphsOf(objects: ReadonlyMap<string, string>, font: string): Glyphs {
  const glyphs = new Map<string, string>();
  const cmap = streamOf(objects.get(/\/ToUnicode (\d+) 0 R/.exec(objects.get(font) ?? '')?.[1] ?? '') ?? '');
  const unicode = (hex: string, plus = 0): string => String.fromCharCode(parseInt(hex, 16) + plus);
  const key = (glyph: number): string => glyph.toString(16).padStart(4, '0').toUpperCase();
  for (const [, block = ''] of cmap.matchAll(/beginbfchar([\s\S]*?)endbfchar/g)) {
    for (const [, glyph = '', to = ''] of block.matchAll(/<(\w{4})> <(\w+)>/g)) glyphs.set(glyph.toUpperCase(), unicode(to.slice(0, 4)));
  }
  for (const [, block = ''] of cmap.matchAll(/beginbfrange([\s\S]*?)endbfrange/g)) {
    for (const [, first = '', last = '', to = ''] of block.matchAll(/<(\w{4})> <(\w{4})> <(\w{4})>/g)) {
      const start = parseInt(first, 16);
      for (let glyph = start; glyph <= parseInt(last, 16); glyph++) glyphs.set(key(glyph), unicode(to, glyph - start));
    }
  }
  return glyphs;
}

function textOf(stream: string, glyphsOfFont: (font: string) => Glyphs): string {
  let glyphs: Glyphs = new Map();
  let text = '';
  for (const [, font, line] of stream.matchAll(/\/F(\d+) [\d.-]+ Tf|(<[0-9A-Fa-f]+>[^\n]*T[jJ])/g)) {
    if (font !== undefined) glyphs = glyphsOfFont(font);
    for (const [, hex = ''] of (line ?? '').matchAll(/<([0-9A-Fa-f]+)>/g)) {
      for (const [glyph] of hex.toUpperCase().matchAll(/.{4}/g)) text += glyphs.get(glyph) ?? '';
    }
  }
  return text;
}
