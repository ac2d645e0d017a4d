import { AppError } from '../../../shared/errors.ts';

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const invalid = (): AppError => new AppError('SERVER_REPLY_INVALID', 'what the centre copies out is not of its binary form');

/**
 * The rows of a COPY in PostgreSQL's binary form, each a list of fields as they are stored.
 * https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4
 * @param limit no field is larger
 */
export async function* copyFields(source: AsyncIterable<Buffer>, limit: number): AsyncGenerator<(Buffer | null)[]> {
  const input = new Input(source[Symbol.asyncIterator]());
  if (!(await input.take(SIGNATURE.length)).equals(SIGNATURE)) throw invalid();
  await input.take(4);
  await input.take((await input.take(4)).readInt32BE());
  for (;;) {
    const count = (await input.take(2)).readInt16BE();
    if (count === -1) break;
    const row: (Buffer | null)[] = [];
    for (let field = 0; field < count; field += 1) {
      const length = (await input.take(4)).readInt32BE();
      if (length > limit) throw invalid();
      row.push(length < 0 ? null : await input.take(length));
    }
    yield row;
  }
  await input.end();
}

/** Takes so many bytes at a time from what arrives in parts of any size. */
class Input {
  readonly #source: AsyncIterator<Buffer>;
  #parts: Buffer[] = [];
  #held = 0;

  constructor(source: AsyncIterator<Buffer>) {
    this.#source = source;
  }

  async take(count: number): Promise<Buffer> {
    while (this.#held < count) {
      const part = await this.#source.next();
      if (part.done) throw invalid();
      this.#parts.push(part.value);
      this.#held += part.value.length;
    }
    const whole = this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
    const rest = whole.subarray(count);
    this.#parts = rest.length > 0 ? [rest] : [];
    this.#held = rest.length;
    return whole.subarray(0, count);
  }

  /** Reads what is left, so that the connection is free for the next statement. */
  async end(): Promise<void> {
    while (!(await this.#source.next()).done);
  }
}
