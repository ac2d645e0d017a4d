import { getDocument, VerbosityLevel, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { WorkerMessageHandler } from 'pdfjs-dist/legacy/build/pdf.worker.mjs';
import {
  MOST_PIXELS,
  type DataReply,
  type DecoderReply,
  type DecoderRequest,
  type Drawn,
  type DrawRequest,
  type Measured,
  type MeasureRequest,
  type Opened,
  type OpenRequest,
} from './protocol.ts';

/*
 * The decoder: see protocol.ts. It runs in a sandboxed frame of an origin of its own, without network, storage and bridge.
 * pdf.js does all its work on this thread, which nobody else uses.
 */

(globalThis as { pdfjsWorker?: unknown }).pdfjsWorker = { WorkerMessageHandler };

/** Frames that nobody sees are never asked to paint, and their timers are slowed down; messages are not. */
window.requestAnimationFrame = (callback) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    callback(performance.now());
  };
  port2.postMessage(null);
  return 0;
};

interface Source {
  pages: number;
  measure(request: MeasureRequest): Promise<Measured>;
  draw(request: DrawRequest): Promise<Drawn>;
}

window.addEventListener('message', (event) => {
  const [port] = event.ports;
  // The first port is the page's; whoever comes later is not.
  if (!port || serving) return;
  serving = true;
  serve(port);
});
let serving = false;

function serve(port: MessagePort): void {
  const waiting = new Map<number, (bytes: ArrayBuffer | null) => void>();
  const need = (name: string): Promise<ArrayBuffer | null> =>
    new Promise((resolve) => {
      const id = waiting.size === 0 ? 1 : Math.max(...waiting.keys()) + 1;
      waiting.set(id, resolve);
      port.postMessage({ need: id, name });
    });
  let source: Source | null = null;
  // One after the other: pages of one document share their fonts and pictures.
  let queue: Promise<unknown> = Promise.resolve();

  async function answer(request: DecoderRequest): Promise<Opened | Measured | Drawn> {
    if (request.do === 'open') {
      source = request.form === 'pages' ? await openPdf(request, need) : await openPicture(request);
      return { pages: source.pages };
    }
    if (!source) throw new Error('nothing is open');
    return request.do === 'measure' ? await source.measure(request) : await source.draw(request);
  }

  port.onmessage = ({ data }: MessageEvent<DecoderRequest | DataReply>) => {
    if ('need' in data) {
      waiting.get(data.need)?.(data.bytes);
      waiting.delete(data.need);
      return;
    }
    queue = queue.then(() => answer(data)).then(
      (value) => {
        const reply: DecoderReply = { id: data.id, ok: true, value };
        port.postMessage(reply, 'pixels' in value ? [value.pixels] : []);
      },
      (error: unknown) => {
        const isProtected = error instanceof Error && error.name === 'PasswordException';
        port.postMessage({ id: data.id, ok: false, reason: isProtected ? 'protected' : 'damaged' } satisfies DecoderReply);
      },
    );
  };
}

async function openPdf({ bytes }: OpenRequest, need: (name: string) => Promise<ArrayBuffer | null>): Promise<Source> {
  const folders: Record<string, string> = { cMapUrl: 'cmaps', standardFontDataUrl: 'standard_fonts', wasmUrl: 'wasm' };
  class PageData {
    async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
      const data = await need(`${folders[kind] ?? ''}/${filename}`);
      if (data === null) throw new Error(`there is no ${filename}`);
      return new Uint8Array(data);
    }
  }
  const document: PDFDocumentProxy = await getDocument({
    data: new Uint8Array(bytes),
    verbosity: VerbosityLevel.ERRORS,
    BinaryDataFactory: PageData,
    cMapUrl: 'cmaps/',
    standardFontDataUrl: 'standard_fonts/',
    wasmUrl: 'wasm/',
    // Every machine shows a drawing with the same letters.
    useSystemFonts: false,
    useWorkerFetch: false,
    isEvalSupported: false,
    enableXfa: false,
    maxImageSize: 100_000_000,
    canvasMaxAreaInBytes: MOST_PIXELS * 8,
  }).promise;
  const at = async (number: number, rotation: number) => {
    const page = await document.getPage(number);
    const turned = { rotation: (page.rotate + rotation) % 360 };
    const { width, height } = page.getViewport({ scale: 1, ...turned });
    return { page, turned, width, height };
  };
  return {
    pages: document.numPages,
    measure: async ({ page: number, rotation }) => {
      const { width, height } = await at(number, rotation);
      return { width, height };
    },
    draw: async ({ page: number, scale, rotation }) => {
      const { page, turned, width, height } = await at(number, rotation);
      const viewport = page.getViewport({ scale: scaleFor(width, height, scale), ...turned });
      const { canvas, context } = paper(viewport.width, viewport.height);
      await page.render({ canvas: null, canvasContext: context, viewport, background: 'white' }).promise;
      page.cleanup();
      return drawn(canvas, context);
    },
  };
}

async function openPicture({ bytes, type }: OpenRequest): Promise<Source> {
  // Turned as its camera was held.
  const picture = await createImageBitmap(new Blob([bytes], { type }));
  const sizeAt = (rotation: number): Measured =>
    rotation % 180 === 0 ? { width: picture.width, height: picture.height } : { width: picture.height, height: picture.width };
  return {
    pages: 1,
    measure: ({ rotation }) => Promise.resolve(sizeAt(rotation)),
    draw: ({ scale, rotation }) => {
      const { width, height } = sizeAt(rotation);
      const fitting = scaleFor(width, height, scale);
      const { canvas, context } = paper(width * fitting, height * fitting);
      context.translate(canvas.width / 2, canvas.height / 2);
      context.rotate((rotation * Math.PI) / 180);
      const [across, down] = rotation % 180 === 0 ? [canvas.width, canvas.height] : [canvas.height, canvas.width];
      context.drawImage(picture, -across / 2, -down / 2, across, down);
      return Promise.resolve(drawn(canvas, context));
    },
  };
}

const scaleFor = (width: number, height: number, scale: number): number => Math.min(scale, Math.sqrt(MOST_PIXELS / (width * height)));

function paper(width: number, height: number): { canvas: HTMLCanvasElement; context: CanvasRenderingContext2D } {
  const canvas = window.document.createElement('canvas');
  canvas.width = Math.max(1, Math.floor(width));
  canvas.height = Math.max(1, Math.floor(height));
  const context = canvas.getContext('2d');
  if (!context) throw new Error('there is no canvas');
  context.fillStyle = 'white';
  context.fillRect(0, 0, canvas.width, canvas.height);
  return { canvas, context };
}

function drawn(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D): Drawn {
  const { width, height } = canvas;
  const { buffer: pixels } = context.getImageData(0, 0, width, height).data;
  // Its memory is given back at once, not when somebody collects it.
  canvas.width = 0;
  return { width, height, pixels };
}
