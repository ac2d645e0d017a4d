/*
 * What the page and the decoder say to each other over a message port. The decoder is a frame without rights in a process
 * of its own; it gets bytes and gives pixels. Whatever a file does to it, this is all that it can say.
 */

export interface OpenRequest {
  do: 'open';
  form: 'pages' | 'picture';
  /** Media type of a picture. */
  type: string;
  bytes: ArrayBuffer;
}

/** Degrees, clockwise. */
export type Rotation = 0 | 90 | 180 | 270;

export interface MeasureRequest {
  do: 'measure';
  /** From one on. */
  page: number;
  rotation: Rotation;
}

export interface DrawRequest {
  do: 'draw';
  page: number;
  rotation: Rotation;
  /** Pixels to a point of a PDF, or to a pixel of a picture. */
  scale: number;
}

export type DecoderRequest = { id: number } & (OpenRequest | MeasureRequest | DrawRequest);

export interface Opened {
  pages: number;
}

/** Of a page as it is turned: points of a PDF, pixels of a picture. */
export interface Measured {
  width: number;
  height: number;
}

export interface Drawn {
  /** Fewer than asked for where that would be too many. */
  width: number;
  height: number;
  /** Red, green, blue and opacity of each pixel. */
  pixels: ArrayBuffer;
}

export type DecoderReply =
  | { id: number; ok: true; value: Opened | Measured | Drawn }
  /** `protected`: the file has a password. */
  | { id: number; ok: false; reason: 'damaged' | 'protected' };

/** A font, a character map or a part of pdf.js that the decoder asks the page for: it can reach nothing by itself. */
export interface DataRequest {
  need: number;
  name: string;
}

export interface DataReply {
  need: number;
  bytes: ArrayBuffer | null;
}

/** A drawing of more pixels would take more memory than it is worth; the page stretches a smaller one. */
export const MOST_PIXELS = 16_000_000;
