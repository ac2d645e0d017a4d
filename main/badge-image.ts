/** Digits of 3 by 5 points, a row after the other from the top. */
const glyphs: Readonly<Record<string, readonly string[]>> = {
  '1': [' # ', '## ', ' # ', ' # ', '###'],
  '2': ['###', '  #', '###', '#  ', '###'],
  '3': ['###', '  #', '###', '  #', '###'],
  '4': ['# #', '# #', '###', '  #', '  #'],
  '5': ['###', '#  ', '###', '  #', '###'],
  '6': ['###', '#  ', '###', '# #', '###'],
  '7': ['###', '  #', '  #', '  #', '  #'],
  '8': ['###', '# #', '###', '# #', '###'],
  '9': ['###', '# #', '###', '  #', '###'],
  '+': ['   ', ' # ', '###', ' # ', '   '],
};

type Colour = readonly [red: number, green: number, blue: number];

const calm: Colour = [11, 110, 132];
const urgent: Colour = [180, 35, 24];
const ink: Colour = [255, 255, 255];

const GLYPH_WIDTH = 3;
const GLYPH_HEIGHT = 5;

export interface Bitmap {
  /** Blue, green, red and opacity of every pixel, as Electron takes them. */
  pixels: Buffer;
  size: number;
}

/** Draws a label of one or two characters into a disc: the icons of the taskbar take pictures, no numbers. */
export function drawBadge(label: string, isUrgent: boolean, size = 32): Bitmap {
  const pixels = Buffer.alloc(size * size * 4);
  const paint = (x: number, y: number, [red, green, blue]: Colour): void => {
    pixels.set([blue, green, red, 255], (y * size + x) * 4);
  };
  const radius = size / 2;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (Math.hypot(x + 0.5 - radius, y + 0.5 - radius) <= radius) paint(x, y, isUrgent ? urgent : calm);
    }
  }
  const columns = label.length * (GLYPH_WIDTH + 1) - 1;
  // A point of the digits in pixels: what leaves room for the disc around the label.
  const scale = Math.floor((size * 0.7) / Math.max(columns, GLYPH_HEIGHT));
  const left = Math.round((size - columns * scale) / 2);
  const top = Math.round((size - GLYPH_HEIGHT * scale) / 2);
  Array.from(label).forEach((character, index) => {
    glyphs[character]?.forEach((row, rowIndex) => {
      Array.from(row).forEach((point, columnIndex) => {
        if (point !== '#') return;
        const x = left + (index * (GLYPH_WIDTH + 1) + columnIndex) * scale;
        const y = top + rowIndex * scale;
        for (let dy = 0; dy < scale; dy++) for (let dx = 0; dx < scale; dx++) paint(x + dx, y + dy, ink);
      });
    });
  });
  return { pixels, size };
}
