import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { projectRoot } from './lib/paths.mjs';

/*
 * Draws the application's icon and writes every form that installers want into resources/icons/. Run it again after
 * a change of the drawing: `node scripts/icons.mjs`. The results are committed.
 */

/** The drawing on a field of 64 × 64: a factory roof in outline and the line of a pulse in front of it. */
const background = { from: [15, 76, 92], to: [10, 44, 61], radius: 14 };
const shapes = [
  { points: [[12, 50], [12, 26], [23, 18], [23, 26], [34, 18], [34, 26], [45, 18], [45, 50]], closed: true, fill: [33, 113, 130] },
  { points: [[46.5, 50], [46.5, 12], [52, 12], [52, 50]], closed: true, fill: [33, 113, 130] },
  { points: [[6, 39], [20, 39], [25, 29], [33, 48], [39, 34], [42, 39], [58, 39]], width: 4.2, stroke: [255, 183, 77] },
];

const distanceToSegment = (x, y, [ax, ay], [bx, by]) => {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
};

const segments = (points, closed) =>
  points.slice(closed ? 0 : 1).map((point, index) => [points[closed ? (index + points.length - 1) % points.length : index], point]);

const isInside = (x, y, points) =>
  segments(points, true).reduce((inside, [[ax, ay], [bx, by]]) => {
    const crosses = ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax;
    return crosses ? !inside : inside;
  }, false);

const isInsideBackground = (x, y) => {
  const { radius } = background;
  const dx = Math.max(2 + radius - x, x - (62 - radius), 0);
  const dy = Math.max(2 + radius - y, y - (62 - radius), 0);
  return x >= 2 && x <= 62 && y >= 2 && y <= 62 && Math.hypot(dx, dy) <= radius;
};

/** Colour at a point of the field, or null outside of the icon. */
function colorAt(x, y) {
  if (!isInsideBackground(x, y)) return null;
  const share = (y - 2) / 60;
  let color = background.from.map((from, channel) => from + (background.to[channel] - from) * share);
  for (const { points, fill, stroke, width } of shapes) {
    if (fill && isInside(x, y, points)) color = fill;
    if (stroke && segments(points, false).some(([a, b]) => distanceToSegment(x, y, a, b) <= width / 2)) color = stroke;
  }
  return color;
}

/** RGBA pixels of the icon in a size, smoothed by sampling each pixel several times. */
function raster(size) {
  const samples = size >= 512 ? 3 : 6;
  const pixels = Buffer.alloc(size * size * 4);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const sum = [0, 0, 0];
      let hits = 0;
      for (let sample = 0; sample < samples * samples; sample += 1) {
        const x = ((column + ((sample % samples) + 0.5) / samples) * 64) / size;
        const y = ((row + (Math.floor(sample / samples) + 0.5) / samples) * 64) / size;
        const color = colorAt(x, y);
        if (color === null) continue;
        hits += 1;
        color.forEach((value, channel) => (sum[channel] += value));
      }
      if (hits === 0) continue;
      const at = (row * size + column) * 4;
      sum.forEach((value, channel) => (pixels[at + channel] = Math.round(value / hits)));
      pixels[at + 3] = Math.round((255 * hits) / (samples * samples));
    }
  }
  return pixels;
}

const crcTable = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

const crc32 = (bytes) => (bytes.reduce((crc, byte) => crcTable[(crc ^ byte) & 0xff] ^ (crc >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

function pngChunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}

function png(size) {
  const pixels = raster(size);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const rows = Array.from({ length: size }, (_, row) =>
    Buffer.concat([Buffer.from([0]), pixels.subarray(row * size * 4, (row + 1) * size * 4)]),
  );
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = deflateSync(Buffer.concat(rows), { level: 9 });
  return Buffer.concat([signature, pngChunk('IHDR', header), pngChunk('IDAT', data), pngChunk('IEND', Buffer.alloc(0))]);
}

/** Windows' container of PNG images. */
function ico(images) {
  const directory = Buffer.alloc(6 + images.length * 16);
  directory.writeUInt16LE(1, 2);
  directory.writeUInt16LE(images.length, 4);
  let offset = directory.length;
  images.forEach(({ size, data }, index) => {
    const at = 6 + index * 16;
    directory.set([size % 256, size % 256], at);
    directory.writeUInt16LE(1, at + 4);
    directory.writeUInt16LE(32, at + 6);
    directory.writeUInt32LE(data.length, at + 8);
    directory.writeUInt32LE(offset, at + 12);
    offset += data.length;
  });
  return Buffer.concat([directory, ...images.map(({ data }) => data)]);
}

/** macOS's container; the four letters of each entry say its size. */
function icns(images) {
  const types = { 16: 'icp4', 32: 'icp5', 64: 'icp6', 128: 'ic07', 256: 'ic08', 512: 'ic09', 1024: 'ic10' };
  const block = (type, data) => {
    const head = Buffer.alloc(8);
    head.write(type, 0, 'latin1');
    head.writeUInt32BE(data.length + 8, 4);
    return Buffer.concat([head, data]);
  };
  return block('icns', Buffer.concat(images.map(({ size, data }) => block(types[size], data))));
}

function svg() {
  const rgb = (color) => `rgb(${color.join(' ')})`;
  const drawn = shapes.map(({ points, fill, stroke, width }) =>
    fill
      ? `  <polygon points="${points.join(' ')}" fill="${rgb(fill)}"/>`
      : `  <polyline points="${points.join(' ')}" fill="none" stroke="${rgb(stroke)}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
  <linearGradient id="ground" x2="0" y2="1"><stop stop-color="${rgb(background.from)}"/><stop offset="1" stop-color="${rgb(background.to)}"/></linearGradient>
  <rect x="2" y="2" width="60" height="60" rx="${background.radius}" fill="url(#ground)"/>
${drawn.join('\n')}
</svg>
`;
}

const dir = join(projectRoot, 'resources', 'icons');
mkdirSync(dir, { recursive: true });
const images = [16, 24, 32, 48, 64, 128, 256, 512, 1024].map((size) => ({ size, data: png(size) }));
const sized = (...sizes) => images.filter(({ size }) => sizes.includes(size));

for (const { size, data } of sized(16, 32, 48, 64, 128, 256, 512)) writeFileSync(join(dir, `${size}x${size}.png`), data);
writeFileSync(join(dir, 'icon.png'), sized(1024)[0].data);
writeFileSync(join(dir, 'icon.ico'), ico(sized(16, 24, 32, 48, 64, 128, 256)));
writeFileSync(join(dir, 'icon.icns'), icns(sized(16, 32, 64, 128, 256, 512, 1024)));
writeFileSync(join(dir, 'icon.svg'), svg());
