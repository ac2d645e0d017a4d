import { DumpError } from './dump-error.ts';

export type Token =
  | { kind: 'word' | 'quoted' | 'string' | 'number'; text: string; line: number }
  | { kind: 'symbol'; text: string; line: number };

/** What a scan at one place can find: a token, the end of the text, or that more text is needed to tell. */
type Scan = Token | 'end' | 'more';

const isSpace = (char: string): boolean =>
  char === ' ' || char === '\n' || char === '\t' || char === '\r' || char === '\f' || char === '\v';
const wordStart = /[A-Za-z_\u0080-\uffff]/;
const wordRest = /[A-Za-z0-9_$\u0080-\uffff]*/y;
const numberRest = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;
const dollarTagMaximum = 130;

const simpleEscapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/**
 * Splits SQL text that arrives in pieces into tokens, or into lines for the data of a COPY. Holds no more than
 * the token at hand: where a token isn't complete yet, the text grows by at least its own length before the next
 * attempt, so that even one huge value costs linear time.
 */
export class SqlScanner {
  /** False after `SET standard_conforming_strings = off`: plain strings then know backslash escapes. */
  standardStrings = true;
  /** Called with the text of every `-- …` comment. */
  onLineComment: (text: string) => void = () => undefined;

  #source: AsyncIterator<string>;
  #text = '';
  #at = 0;
  #line = 1;
  /** Where the next line end after `#at` stands; infinity when there is none in the text at hand. */
  #newline = Number.POSITIVE_INFINITY;
  #ended = false;
  #peeked: Token | null | undefined;

  constructor(source: AsyncIterable<string>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The line of the next character. */
  get line(): number {
    return this.#line;
  }

  /** The next token, or null at the end of the text. */
  async next(): Promise<Token | null> {
    if (this.#peeked !== undefined) {
      const token = this.#peeked;
      this.#peeked = undefined;
      return token;
    }
    // Most tokens lie complete in the text at hand: no awaiting for those.
    let found = this.#scan();
    while (found === 'more') {
      await this.#grow();
      found = this.#scan();
    }
    return found === 'end' ? null : found;
  }

  async peek(): Promise<Token | null> {
    if (this.#peeked === undefined) this.#peeked = await this.next();
    return this.#peeked;
  }

  /** The rest of the current line without its line end; null at the end of the text. Not to be mixed with `peek`. */
  async nextLine(): Promise<string | null> {
    let from = this.#at;
    for (;;) {
      const end = this.#text.indexOf('\n', from);
      if (end !== -1) {
        const line = this.#text.slice(this.#at, end);
        this.#advance(end + 1);
        return line;
      }
      if (this.#ended) {
        if (this.#at >= this.#text.length) return null;
        const line = this.#text.slice(this.#at);
        this.#at = this.#text.length;
        return line;
      }
      const scanned = this.#text.length - this.#at;
      await this.#grow();
      from = this.#at + scanned;
    }
  }

  async #grow(): Promise<void> {
    this.#text = this.#text.slice(this.#at);
    this.#at = 0;
    const wanted = Math.max(1, this.#text.length);
    const pieces = [this.#text];
    let added = 0;
    while (added < wanted) {
      const result = await this.#source.next();
      if (result.done) {
        this.#ended = true;
        break;
      }
      pieces.push(result.value);
      added += result.value.length;
    }
    this.#text = pieces.join('');
    this.#newline = this.#newlineFrom(0);
  }

  /** Moves on to `end` and counts the lines passed. */
  #advance(end: number): void {
    while (this.#newline < end) {
      this.#line += 1;
      this.#newline = this.#newlineFrom(this.#newline + 1);
    }
    this.#at = end;
  }

  #newlineFrom(at: number): number {
    const found = this.#text.indexOf('\n', at);
    return found === -1 ? Number.POSITIVE_INFINITY : found;
  }

  #scan(): Scan {
    const skipped = this.#skipBlank();
    if (skipped !== 'token') return skipped;
    const text = this.#text;
    const char = text.charAt(this.#at);
    // Two characters decide about E'…', U&'…', a sign, a comment: three must be there, or the end.
    if (!this.#ended && text.length - this.#at < 3) return 'more';
    if (char === "'") return this.#string(this.#at + 1, !this.standardStrings);
    if (char === '"') return this.#quotedName();
    if (char === '$') return this.#dollarString();
    if (char >= '0' && char <= '9') return this.#matched('number', numberRest);
    if (char === '.' && /\d/.test(text.charAt(this.#at + 1))) return this.#matched('number', numberRest);
    if (wordStart.test(char)) {
      const second = text.charAt(this.#at + 1);
      if (second === "'") {
        if (char === 'E' || char === 'e') return this.#string(this.#at + 2, true);
        if (char === 'N' || char === 'n' || char === 'B' || char === 'b') return this.#string(this.#at + 2, false);
        if (char === 'X' || char === 'x') return this.#string(this.#at + 2, false, 'x');
      }
      if ((char === 'U' || char === 'u') && second === '&') {
        throw new DumpError(
          'DUMP_SYNTAX',
          this.#line,
          `line ${this.#line}: U&'…' strings are not used by pg_dump and not read`,
        );
      }
      return this.#matched('word', wordRest);
    }
    if (char === ':' && text.charAt(this.#at + 1) === ':') return this.#take('symbol', '::', this.#at + 2);
    return this.#take('symbol', char, this.#at + 1);
  }

  #take(kind: Token['kind'], value: string, end: number): Token {
    const line = this.#line;
    this.#advance(end);
    return { kind, text: value, line };
  }

  #matched(kind: 'word' | 'number', pattern: RegExp): Scan {
    pattern.lastIndex = this.#at;
    const length = pattern.exec(this.#text)?.[0].length ?? 1;
    const end = this.#at + Math.max(1, length);
    // An exponent shows only with its first digit: e, sign, digit.
    const lookahead = kind === 'number' ? 3 : 1;
    if (end + lookahead > this.#text.length && !this.#ended) return 'more';
    return this.#take(kind, this.#text.slice(this.#at, end), end);
  }

  #skipBlank(): 'token' | 'end' | 'more' {
    for (;;) {
      let at = this.#at;
      while (at < this.#text.length && isSpace(this.#text.charAt(at))) at += 1;
      this.#advance(at);
      if (at >= this.#text.length) return this.#ended ? 'end' : 'more';
      if (this.#text.startsWith('--', at)) {
        const end = this.#text.indexOf('\n', at);
        if (end === -1 && !this.#ended) return 'more';
        const stop = end === -1 ? this.#text.length : end;
        this.onLineComment(this.#text.slice(at + 2, stop).trim());
        this.#advance(stop);
        continue;
      }
      if (this.#text.startsWith('/*', at)) {
        const end = this.#commentEnd(at + 2);
        if (end === -1) {
          if (this.#ended) throw this.#unfinished('comment');
          return 'more';
        }
        this.#advance(end);
        continue;
      }
      if (at + 1 >= this.#text.length && !this.#ended) return 'more';
      return 'token';
    }
  }

  /** Block comments nest in SQL. */
  #commentEnd(from: number): number {
    const marks = /\/\*|\*\//g;
    marks.lastIndex = from;
    let depth = 1;
    for (let mark = marks.exec(this.#text); mark; mark = marks.exec(this.#text)) {
      depth += mark[0] === '/*' ? 1 : -1;
      if (depth === 0) return marks.lastIndex;
    }
    return -1;
  }

  #unfinished(what: string): DumpError {
    let last = this.#line;
    for (let at = this.#text.indexOf('\n', this.#at); at !== -1; at = this.#text.indexOf('\n', at + 1)) last += 1;
    return new DumpError(
      'DUMP_TRUNCATED',
      last,
      `the file ends in line ${last}, inside a ${what} that begins in line ${this.#line}: get the whole file again`,
    );
  }

  /** The string whose content begins at `from`; `escapes` says that backslashes escape. */
  #string(from: number, escapes: boolean, prefix = ''): Scan {
    const marks = escapes ? /['\\]/g : /'/g;
    let at = from;
    let plain = true;
    for (;;) {
      marks.lastIndex = at;
      const mark = marks.exec(this.#text);
      const next = mark ? this.#text.charAt(mark.index + 1) : '';
      if (!mark || (next === '' && !this.#ended)) {
        if (this.#ended) throw this.#unfinished('string');
        return 'more';
      }
      if (mark[0] === '\\' || next === "'") {
        plain = false;
        at = mark.index + 2;
        continue;
      }
      const raw = this.#text.slice(from, mark.index);
      const value = plain ? raw : escapes ? unescapeString(raw, this.#line) : raw.replaceAll("''", "'");
      return this.#take('string', prefix + value, mark.index + 1);
    }
  }

  #quotedName(): Scan {
    let end = this.#at + 1;
    for (;;) {
      end = this.#text.indexOf('"', end);
      if (end === -1 || (end + 1 >= this.#text.length && !this.#ended)) {
        if (this.#ended) throw this.#unfinished('quoted name');
        return 'more';
      }
      if (this.#text.charAt(end + 1) !== '"') break;
      end += 2;
    }
    return this.#take('quoted', this.#text.slice(this.#at + 1, end).replaceAll('""', '"'), end + 1);
  }

  #dollarString(): Scan {
    dollarTag.lastIndex = this.#at;
    const tag = dollarTag.exec(this.#text)?.[0];
    if (tag === undefined) {
      const short = this.#text.length - this.#at < dollarTagMaximum && !this.#ended;
      return short ? 'more' : this.#take('symbol', '$', this.#at + 1);
    }
    const start = this.#at + tag.length;
    const end = this.#text.indexOf(tag, start);
    if (end === -1) {
      if (this.#ended) throw this.#unfinished('dollar-quoted string');
      return 'more';
    }
    return this.#take('string', this.#text.slice(start, end), end + tag.length);
  }
}

/** Resolves the escapes of an E'…' string: letters, octal, \x, \u, \U and doubled quotes. */
function unescapeString(raw: string, line: number): string {
  const bytes = /\\([0-7]{1,3}|x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[^])|''/g;
  return raw.replace(bytes, (whole: string, escape: string | undefined) => {
    if (escape === undefined) return "'";
    const digits = /^(?:x([0-9A-Fa-f]+)|[uU]([0-9A-Fa-f]+)|([0-7]+))$/.exec(escape);
    if (!digits) return simpleEscapes[escape] ?? escape;
    const [, hex, unicode, octal] = digits;
    const code = unicode ? parseInt(unicode, 16) : hex ? parseInt(hex, 16) : parseInt(octal ?? '0', 8);
    // A byte above 127 would be a part of a character; no dump writes those in escapes.
    if (code === 0 || code > 0x10ffff || (unicode === undefined && code > 0x7f)) {
      throw new DumpError(
        'DUMP_SYNTAX',
        line,
        `line ${line}: the escape ${whole} is not read; write the dump with pg_dump`,
      );
    }
    return String.fromCodePoint(code);
  });
}
