import type { LookedInto } from '../../../shared/domain/content.ts';
import { damaged, tooLarge } from './failure.ts';

/* Pictures: their header alone is read here. What decodes them has no rights (renderer/preview-frame/). */

/** The largest drawings that are scanned have a third of it; a file of a few bytes can claim any size. */
const MAX_PIXELS = 100_000_000;
const MAX_SIDE = 30_000;

interface Size {
  width: number;
  height: number;
}

type PictureType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp' | 'image/bmp';

const is = (bytes: Uint8Array, at: number, text: string): boolean => Array.from(text).every((letter, index) => bytes[at + index] === letter.charCodeAt(0));

export function pictureType(bytes: Uint8Array): PictureType | null {
  if (is(bytes, 0, '\x89PNG\r\n\x1a\n')) return 'image/png';
  if (is(bytes, 0, '\xff\xd8\xff')) return 'image/jpeg';
  if (is(bytes, 0, 'GIF87a') || is(bytes, 0, 'GIF89a')) return 'image/gif';
  if (is(bytes, 0, 'RIFF') && is(bytes, 8, 'WEBP')) return 'image/webp';
  // Two letters alone begin many a text.
  if (is(bytes, 0, 'BM') && (bytes[14] ?? 0) >= 40 && bytes[15] === 0 && bytes[26] === 1) return 'image/bmp';
  return null;
}

export function lookIntoPicture(bytes: Uint8Array): Pick<LookedInto, 'view' | 'facts'> {
  const type = pictureType(bytes);
  const size = type === null ? null : sizeOf(type, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (type === null || size === null || size.width < 1 || size.height < 1) throw damaged(new Error('the picture has no readable size'));
  const { width, height } = size;
  if (width * height > MAX_PIXELS || width > MAX_SIDE || height > MAX_SIDE) throw tooLarge(`the picture has ${width} × ${height} pixels`);
  return { view: { form: 'picture', type, width, height }, facts: [{ name: 'image_size', values: [width, height] }] };
}

function sizeOf(type: PictureType, view: DataView): Size | null {
  try {
    switch (type) {
      case 'image/png':
        return { width: view.getUint32(16), height: view.getUint32(20) };
      case 'image/gif':
        return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
      case 'image/bmp':
        return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
      case 'image/webp':
        return webpSize(view);
      case 'image/jpeg':
        return jpegSize(view);
    }
  } catch {
    // The file ends within its header.
    return null;
  }
}

function webpSize(view: DataView): Size | null {
  const form = String.fromCharCode(view.getUint8(12), view.getUint8(13), view.getUint8(14), view.getUint8(15));
  const uint24 = (at: number): number => view.getUint16(at, true) + (view.getUint8(at + 2) << 16);
  if (form === 'VP8X') return { width: uint24(24) + 1, height: uint24(27) + 1 };
  if (form === 'VP8 ') return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (form !== 'VP8L') return null;
  const bits = view.getUint32(21, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
}

/** From marker to marker until the one that begins a frame. */
function jpegSize(view: DataView): Size | null {
  for (let at = 2; at + 9 < view.byteLength; ) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    const beginsFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (beginsFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    // A filler byte before a marker stands alone; everything else has a length.
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
}
