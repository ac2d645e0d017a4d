import { useEffect, useState } from 'react';
import type { PreviewOpened } from '../../../shared/api/preview.ts';
import { call } from '../../app/bridge.ts';
import type { Decoder } from './decoder.ts';

/** Beyond so many pages a printer is better fed by the document's own program. */
export const MOST_PRINTED = 200;

/** Dots to a point of a PDF on paper: 150 to an inch. */
const PRINTED = 150 / 72;

export type Printing =
  | { step: 'idle' }
  | { step: 'preparing'; page: number; pages: number }
  /** Addresses of the pages' pictures, which this page made itself of their pixels; none where the view prints itself. */
  | { step: 'ready'; pictures: string[] }
  | { step: 'failed'; error: unknown };

/** Draws all pages as they are to be printed, and opens the system's dialog when they are there. */
export function usePrintSheets(file: PreviewOpened, decoder: Decoder | null): { printing: Printing; print(): void; stop(): void } {
  const [run, setRun] = useState<number | null>(null);
  const [printing, setPrinting] = useState<Printing>({ step: 'idle' });
  const { view } = file.looked;

  useEffect(() => {
    if (run === null) return;
    let left = false;
    const pictures: string[] = [];
    const end = (): void => setRun(null);
    const prepare = async (): Promise<void> => {
      const pages = view.form === 'pages' ? Math.min(view.pages, MOST_PRINTED) : 1;
      for (let page = 1; decoder !== null && page <= pages; page += 1) {
        if (left) return;
        setPrinting({ step: 'preparing', page, pages });
        pictures.push(await pictureOf(decoder, page, view.form === 'pages' ? PRINTED : 1));
      }
      if (left) return;
      setPrinting({ step: 'ready', pictures });
      document.body.dataset['printing'] = 'preview';
      window.addEventListener('afterprint', end, { once: true });
      await painted();
      await call('window.print');
    };
    prepare().catch((error: unknown) => left || setPrinting({ step: 'failed', error }));
    return () => {
      left = true;
      window.removeEventListener('afterprint', end);
      delete document.body.dataset['printing'];
      for (const picture of pictures) URL.revokeObjectURL(picture);
      setPrinting({ step: 'idle' });
    };
  }, [run, view, decoder]);

  return { printing, print: () => setRun((before) => (before ?? 0) + 1), stop: () => setRun(null) };
}

async function pictureOf(decoder: Decoder, page: number, scale: number): Promise<string> {
  const { width, height, pixels } = await decoder.ask({ do: 'draw', page, rotation: 0, scale });
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(pixels), width, height), 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  return URL.createObjectURL(blob ?? new Blob());
}

/** All pictures have been decoded and the sheets stand in the page. */
async function painted(): Promise<void> {
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const images = [...document.querySelectorAll<HTMLImageElement>('[data-print-sheets] img')];
  await Promise.all(images.map((image) => image.decode().catch(() => undefined)));
}
