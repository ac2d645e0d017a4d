/** Reads the part of a host label after `xn--` (RFC 3492); null where it is none. */
export function decodePunycode(encoded: string): string | null {
  const split = encoded.lastIndexOf('-');
  const points = Array.from(split > 0 ? encoded.slice(0, split) : '', (letter) => letter.codePointAt(0) ?? 0);
  const digits = encoded.slice(split > 0 ? split + 1 : 0).toLowerCase();
  let point = 128;
  let bias = 72;
  let place = 0;
  for (let next = 0; next < digits.length; ) {
    const before = place;
    for (let weight = 1, base = 36; ; base += 36) {
      const digit = DIGITS.indexOf(digits[next++] ?? '!');
      if (digit < 0) return null;
      place += digit * weight;
      const threshold = Math.min(26, Math.max(1, base - bias));
      if (digit < threshold) break;
      weight *= 36 - threshold;
      if (place > LARGEST || weight > LARGEST) return null;
    }
    const length = points.length + 1;
    bias = adapted(place - before, length, before === 0);
    point += Math.floor(place / length);
    place %= length;
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return null;
    points.splice(place++, 0, point);
  }
  return String.fromCodePoint(...points);
}

const DIGITS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const LARGEST = 2 ** 31;

function adapted(difference: number, length: number, first: boolean): number {
  let delta = Math.floor(difference / (first ? 700 : 2));
  delta += Math.floor(delta / length);
  let bias = 0;
  for (; delta > 455; bias += 36) delta = Math.floor(delta / 35);
  return bias + Math.floor((36 * delta) / (delta + 38));
}
