import { AppError } from '../../../shared/errors.ts';
import { previewUrl } from '../../../shared/preview-frame.ts';
import {
  MOST_PIXELS,
  type DataRequest,
  type DecoderReply,
  type DecoderRequest,
  type Drawn,
  type DrawRequest,
  type Measured,
  type MeasureRequest,
  type Opened,
  type OpenRequest,
} from '../../preview-frame/protocol.ts';
import { pageData } from './page-data.ts';

/** A file that keeps the decoder busy for longer is given up. */
const LIMIT_MS = 30_000;

type Asked = OpenRequest | MeasureRequest | DrawRequest;
type Answer<Request extends Asked> = Request extends OpenRequest ? Opened : Request extends MeasureRequest ? Measured : Drawn;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: AppError): void;
  timer: number;
}

const damaged = (why: string) => new AppError('CONTENT_DAMAGED', why);

/**
 * The page's side of the frame that decodes files. What comes back is measured before it is used: a file may have taken
 * the frame over, and then answers what it likes.
 */
export class Decoder {
  readonly #frame: HTMLIFrameElement;
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #closed: AppError | null = null;

  private constructor(frame: HTMLIFrameElement, port: MessagePort) {
    this.#frame = frame;
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<unknown>) => this.#receive(data);
  }

  /** @param signal when aborted, the frame goes at once, also while a file keeps it busy that is still being opened */
  static async open(request: Omit<OpenRequest, 'do'>, title: string, signal: AbortSignal): Promise<{ decoder: Decoder; pages: number }> {
    signal.throwIfAborted();
    const frame = document.createElement('iframe');
    frame.title = title;
    frame.hidden = true;
    frame.setAttribute('sandbox', 'allow-scripts');
    const { port1, port2 } = new MessageChannel();
    const decoder = new Decoder(frame, port1);
    // The frame has no origin that could be named; it is the one that was just made, and can be led nowhere else.
    frame.addEventListener('load', () => frame.contentWindow?.postMessage('serve', '*', [port2]), { once: true });
    frame.src = previewUrl;
    document.body.append(frame);
    signal.addEventListener('abort', () => decoder.close(), { once: true });
    try {
      const { pages } = await decoder.ask({ do: 'open', ...request }, [request.bytes]);
      return { decoder, pages };
    } catch (error) {
      decoder.close();
      throw error;
    }
  }

  ask<Request extends Asked>(request: Request, transfer: Transferable[] = []): Promise<Answer<Request>> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(this.#closed);
        return;
      }
      const id = (this.#lastId += 1);
      const timer = window.setTimeout(() => this.close(new AppError('CONTENT_TOO_SLOW', 'the decoder does not answer')), LIMIT_MS);
      this.#waiting.set(id, {
        resolve: (value) => {
          const answer = checked(request, value);
          if (answer) resolve(answer as Answer<Request>);
          else reject(damaged('the decoder answered what it was not asked'));
        },
        reject,
        timer,
      });
      this.#port.postMessage({ id, ...request } satisfies DecoderRequest, transfer);
    });
  }

  /** Ends the frame and with it its process, whatever that is doing. */
  close(why = damaged('the decoder is closed')): void {
    this.#closed ??= why;
    this.#port.close();
    this.#frame.remove();
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(why);
    }
    this.#waiting.clear();
  }

  #receive(message: unknown): void {
    if (isNeed(message)) {
      const { need } = message;
      const give = (bytes: ArrayBuffer | null): void => this.#port.postMessage({ need, bytes }, bytes === null ? [] : [bytes]);
      pageData(message.name).then(give, () => give(null));
      return;
    }
    const reply = message as DecoderReply;
    const waiting = this.#waiting.get(reply.id);
    if (!waiting) return;
    this.#waiting.delete(reply.id);
    clearTimeout(waiting.timer);
    if (reply.ok) waiting.resolve(reply.value);
    else waiting.reject(reply.reason === 'protected' ? new AppError('CONTENT_PROTECTED', 'the file has a password') : damaged('the file cannot be drawn'));
  }
}

const isNeed = (message: unknown): message is DataRequest =>
  typeof message === 'object' && message !== null && 'need' in message && typeof message.need === 'number' && 'name' in message && typeof message.name === 'string';

const isCount = (value: unknown, most: number): value is number => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;

/** Null for what is no answer to that. */
function checked(request: Asked, value: unknown): Opened | Measured | Drawn | null {
  if (typeof value !== 'object' || value === null) return null;
  const { pages, width, height, pixels } = value as Partial<Opened & Drawn>;
  switch (request.do) {
    case 'open':
      return isCount(pages, 1_000_000) ? { pages } : null;
    case 'measure':
      return isLength(width) && isLength(height) ? { width, height } : null;
    case 'draw': {
      const fits = isCount(width, MOST_PIXELS) && isCount(height, MOST_PIXELS) && width * height <= MOST_PIXELS;
      return fits && pixels instanceof ArrayBuffer && pixels.byteLength === width * height * 4 ? { width, height, pixels } : null;
    }
  }
}

const isLength = (value: unknown): value is number => typeof value === 'number' && value > 0 && value < 1e7;
