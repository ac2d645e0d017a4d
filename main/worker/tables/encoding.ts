export type TextEncodingName = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1258';

/**
 * By its mark; else UTF-8 where it is valid, UTF-16 where every other byte is empty, and Vietnamese Windows otherwise. Of
 * a text that was cut off (`cut`) the last letter may be broken.
 */
export function encodingOf(content: Uint8Array, cut = false): TextEncodingName {
  if (content[0] === 0xff && content[1] === 0xfe) return 'utf-16le';
  if (content[0] === 0xfe && content[1] === 0xff) return 'utf-16be';
  const start = content.subarray(0, 4_000);
  const empty = (odd: number): number => start.filter((byte, at) => byte === 0 && at % 2 === odd).length;
  if (empty(1) > start.length / 5) return 'utf-16le';
  if (empty(0) > start.length / 5) return 'utf-16be';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(content, { stream: cut });
    return 'utf-8';
  } catch {
    return 'windows-1258';
  }
}
