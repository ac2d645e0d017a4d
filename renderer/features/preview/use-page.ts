import { useEffect, useState, type RefObject } from 'react';
import type { Measured, Rotation } from '../../preview-frame/protocol.ts';
import type { Decoder } from './decoder.ts';
import { fitting, type Zoom } from './zoom.ts';

export interface PageParts {
  decoder: Decoder;
  page: number;
  rotation: Rotation;
  zoom: Zoom;
  /** Of the box in which the page lies. */
  available: number;
  /** Pixels of the screen, at a zoom of one, to a point of a PDF or a pixel of a picture. */
  unit: number;
  /** The zoom beyond which a page is not fitted. */
  most: number;
  canvas: RefObject<HTMLCanvasElement | null>;
  failed(error: unknown): void;
}

export interface PageState {
  /** In pixels of the screen, at a zoom of one; null until it is known. */
  natural: Measured | null;
  /** What the zoom comes to. */
  zoom: number;
  /** What is seen is of another page, or coarser than it will be. */
  waiting: boolean;
}

/** Measures and draws a page. While a sharper drawing is made, the one before is stretched. */
export function usePage({ decoder, page, rotation, zoom: chosen, available, unit, most, canvas, failed }: PageParts): PageState {
  const [measured, setMeasured] = useState<{ key: string; size: Measured } | null>(null);
  const [drawn, setDrawn] = useState('');
  const key = `${page} ${rotation}`;

  useEffect(() => {
    let left = false;
    decoder.ask({ do: 'measure', page, rotation }).then(
      (size) => left || setMeasured({ key, size }),
      (error: unknown) => left || failed(error),
    );
    return () => {
      left = true;
    };
  }, [decoder, page, rotation, key, failed]);

  const size = measured?.key === key ? measured.size : null;
  const natural = size && { width: size.width * unit, height: size.height * unit };
  const zoom = natural === null ? 1 : chosen === 'width' ? fitting(natural.width, available, most) : chosen;
  const scale = size === null || available === 0 ? null : Math.round(unit * zoom * window.devicePixelRatio * 1_000) / 1_000;
  const wanted = `${key} ${scale}`;

  useEffect(() => {
    if (scale === null) return;
    let left = false;
    // Nobody looks at the steps in between of a window that is drawn wider.
    const timer = setTimeout(() => {
      decoder.ask({ do: 'draw', page, rotation, scale }).then(
        ({ width, height, pixels }) => {
          const paper = canvas.current;
          if (left || !paper) return;
          paper.width = width;
          paper.height = height;
          paper.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(pixels), width, height), 0, 0);
          setDrawn(wanted);
        },
        (error: unknown) => left || failed(error),
      );
    }, 30);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [decoder, page, rotation, scale, wanted, canvas, failed]);

  return { natural, zoom, waiting: drawn !== wanted };
}
