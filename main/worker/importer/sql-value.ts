import { DumpError } from './dump-error.ts';
import type { Token } from './sql-scanner.ts';

type NextToken = () => Promise<Token>;

export interface SqlValue {
  /** The value in PostgreSQL's text form; null for NULL and DEFAULT. */
  text: string | null;
  /** The first token behind the value. */
  after: Token;
}

const keywords: Readonly<Record<string, string | null>> = { NULL: null, DEFAULT: null, TRUE: 'true', FALSE: 'false' };

/**
 * Reads one constant: a string, a number with its sign, NULL, true, false, DEFAULT, `type 'text'`, ARRAY[…],
 * CAST(… AS type), each of them possibly in parentheses and followed by `::type`. Anything that would have to be
 * computed is refused with DUMP_SYNTAX.
 */
export async function readValue(next: NextToken): Promise<SqlValue> {
  const value = await readPrimary(next, await next());
  let { after } = value;
  while (after.kind === 'symbol' && after.text === '::') after = await skipType(next);
  return { text: value.text, after };
}

async function readPrimary(next: NextToken, token: Token): Promise<SqlValue> {
  switch (token.kind) {
    case 'string':
    case 'number':
      return { text: token.text, after: await next() };
    case 'symbol':
      if (token.text === '-' || token.text === '+') return readSigned(next, token);
      if (token.text === '(') return readParenthesised(next);
      throw notConstant(token);
    case 'word':
      return readWord(next, token);
    case 'quoted':
      throw notConstant(token);
  }
}

async function readSigned(next: NextToken, sign: Token): Promise<SqlValue> {
  const number = await next();
  if (number.kind !== 'number') throw notConstant(number);
  return { text: sign.text === '-' ? `-${number.text}` : number.text, after: await next() };
}

async function readParenthesised(next: NextToken): Promise<SqlValue> {
  const inner = await readValue(next);
  if (inner.after.kind !== 'symbol' || inner.after.text !== ')') throw notConstant(inner.after);
  return { text: inner.text, after: await next() };
}

async function readWord(next: NextToken, token: Token): Promise<SqlValue> {
  const word = token.text.toUpperCase();
  if (word in keywords) return { text: keywords[word] ?? null, after: await next() };
  const second = await next();
  if (word === 'ARRAY' && second.kind === 'symbol' && second.text === '[') {
    return { text: await readArray(next), after: await next() };
  }
  if (word === 'CAST' && second.kind === 'symbol' && second.text === '(') {
    const inner = await readValue(next);
    if (inner.after.kind !== 'word' || inner.after.text.toUpperCase() !== 'AS') throw notConstant(inner.after);
    const close = await skipType(next);
    if (close.kind !== 'symbol' || close.text !== ')') throw notConstant(close);
    return { text: inner.text, after: await next() };
  }
  if (second.kind === 'string') return { text: second.text, after: await next() };
  throw notConstant(token);
}

/** The elements of ARRAY[…] up to its bracket, as an array literal. */
async function readArray(next: NextToken): Promise<string> {
  const elements: string[] = [];
  let token = await next();
  while (!(token.kind === 'symbol' && token.text === ']')) {
    let element: string;
    if (token.kind === 'symbol' && token.text === '[') {
      element = await readArray(next);
      token = await next();
    } else {
      const value = await readPrimary(next, token);
      const nested = token.kind === 'word' && token.text.toUpperCase() === 'ARRAY';
      element = nested && value.text !== null ? value.text : arrayElement(value.text);
      token = value.after;
    }
    while (token.kind === 'symbol' && token.text === '::') token = await skipType(next);
    elements.push(element);
    if (token.kind === 'symbol' && token.text === ',') token = await next();
    else if (!(token.kind === 'symbol' && token.text === ']')) throw notConstant(token);
  }
  return `{${elements.join(',')}}`;
}

const arrayElement = (text: string | null): string =>
  text === null ? 'NULL' : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** Passes over a type such as `timestamp(3) with time zone`, `"auth"."level"`, `text[]`; gives the token behind it. */
async function skipType(next: NextToken): Promise<Token> {
  for (;;) {
    const token = await next();
    if (token.kind === 'symbol') {
      if (token.text === '(') {
        for (let inner = await next(); !(inner.kind === 'symbol' && inner.text === ')'); inner = await next()) {
          if (inner.kind !== 'number' && !(inner.kind === 'symbol' && inner.text === ',')) throw notConstant(inner);
        }
      } else if (token.text !== '.' && token.text !== '[' && token.text !== ']') return token;
    } else if (token.kind === 'string' || (token.kind === 'word' && token.text.toUpperCase() === 'AS')) {
      throw notConstant(token);
    }
  }
}

function notConstant(token: Token): DumpError {
  const shown = token.text.length > 30 ? `${token.text.slice(0, 30)}…` : token.text;
  return new DumpError(
    'DUMP_SYNTAX',
    token.line,
    `line ${token.line}: "${shown}" is not a constant value; write the dump again with pg_dump`,
  );
}
