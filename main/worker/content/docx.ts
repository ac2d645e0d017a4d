import { zipSync } from 'fflate';
import mammoth from 'mammoth';
import { partsOf } from './archive.ts';
import { damaged } from './failure.ts';
import { TextSink } from './text-sink.ts';

/** The texts of a document and what mammoth needs to find them; pictures and embedded objects stay packed. */
const isText = (name: string): boolean => name === '[Content_Types].xml' || /\.rels$/i.test(name) || /^word\/[^/]+\.xml$/i.test(name);

/** Paragraph by paragraph, without form. */
export async function textOfDocx(bytes: Uint8Array): Promise<string> {
  // Packed anew from what was looked at, so that mammoth unpacks that and nothing else.
  const buffer = Buffer.from(zipSync(partsOf(bytes, isText), { level: 0 }));
  try {
    const sink = new TextSink();
    sink.add((await mammoth.extractRawText({ buffer })).value);
    return sink.text;
  } catch (error) {
    throw damaged(error);
  }
}
