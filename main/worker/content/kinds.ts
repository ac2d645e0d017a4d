import type { ContentKind } from '../../../shared/domain/content.ts';
import { encodingOf } from '../tables/encoding.ts';
import { namesIn } from './archive.ts';
import { pictureType } from './picture.ts';

/** So much of a file's beginning is looked at. */
const HEAD = 64 * 1024;

const extensionOf = (name: string): string => /\.([^.\\/]{1,10})$/.exec(name)?.[1]?.toLowerCase() ?? '';

/** What a name promises; null where nothing of ours. */
function promisedBy(name: string): ContentKind | null {
  const extension = extensionOf(name);
  return Object.entries(promises).find(([, extensions]) => extensions.includes(extension))?.[0] as ContentKind | undefined ?? null;
}

const promises: Readonly<Partial<Record<ContentKind, readonly string[]>>> = {
  pdf: ['pdf'],
  docx: ['docx', 'docm'],
  xlsx: ['xlsx', 'xlsm'],
  table: ['csv', 'tsv'],
  text: ['txt', 'md', 'log', 'json', 'xml', 'ini', 'nc', 'gcode', 'tap', 'html', 'htm'],
  image: ['png', 'jpg', 'jpeg', 'gif', 'webp', 'bmp'],
  svg: ['svg'],
  step: ['stp', 'step', 'p21'],
  dxf: ['dxf'],
};

export interface FoundKind {
  kind: ContentKind;
  /** The name promises something else. */
  otherKind: boolean;
}

/** What a file is by its bytes. The name decides only between kinds of text, and says whether the two agree. */
export function kindOf(bytes: Uint8Array, name: string): FoundKind {
  const promised = promisedBy(name);
  const kind = byBytes(bytes, promised);
  const bothText = kind === 'text' && promised === 'table';
  return { kind, otherKind: promised !== null && promised !== kind && !bothText };
}

function byBytes(bytes: Uint8Array, promised: ContentKind | null): ContentKind {
  const head = bytes.subarray(0, HEAD);
  if (beginsWith(head, '%PDF-')) return 'pdf';
  if (pictureType(head) !== null) return 'image';
  if (beginsWith(head, 'PK\x03\x04')) return officeKind(bytes);
  if (beginsWith(head, 'AutoCAD Binary DXF')) return 'dxf';
  const text = textOf(head, bytes.length > head.length);
  if (text === null) return 'other';
  if (/^\s*ISO-10303-21\s*;/.test(text)) return 'step';
  if (/^\s*(?:999[^\n]*\n[^\n]*\n\s*)*0\s*\r?\n\s*SECTION\s/.test(text)) return 'dxf';
  if (/^\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^]{0,2000}?-->\s*)?(?:<!DOCTYPE svg[^]{0,4000}?>\s*)?<(?:\w{1,20}:)?svg[\s>]/i.test(text)) return 'svg';
  return promised === 'table' ? 'table' : 'text';
}

function officeKind(bytes: Uint8Array): ContentKind {
  try {
    const names = namesIn(bytes);
    if (names.has('word/document.xml')) return 'docx';
    if (names.has('xl/workbook.xml')) return 'xlsx';
  } catch {
    // An archive that cannot be opened is no document.
  }
  return 'other';
}

/** The beginning as text, or null where it holds what no text has. */
function textOf(head: Uint8Array, cut: boolean): string | null {
  const text = new TextDecoder(encodingOf(head, cut)).decode(head);
  // Escape and form feed stand in logs and machine programs, a lone end-of-file mark in old ones.
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return /[\0-\x08\x0b\x0e-\x19\x1c-\x1f]/.test(text) ? null : text;
}

const beginsWith = (head: Uint8Array, text: string): boolean => Array.from(text).every((letter, at) => head[at] === letter.charCodeAt(0));
