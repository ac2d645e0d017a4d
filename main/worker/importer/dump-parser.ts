import { copyFields } from './copy-fields.ts';
import { DumpError } from './dump-error.ts';
import { dumpText } from './dump-text.ts';
import { SqlScanner, type Token } from './sql-scanner.ts';
import { readValue } from './sql-value.ts';

/** Some rows of one INSERT or COPY; a long statement arrives in several batches. */
export interface DumpRows {
  kind: 'rows';
  schema: string;
  table: string;
  columns: string[];
  /** Values as PostgreSQL's text form, in the order of `columns`. */
  rows: (string | null)[][];
  /** The line of the file in which each row begins. */
  lines: number[];
}

/** A statement that holds no data: SET, CREATE TABLE, a call of setval… */
export interface DumpOtherStatement {
  kind: 'other';
  command: string;
  line: number;
}

export type DumpItem = DumpRows | DumpOtherStatement;

const rowsPerBatch = 500;

/** First words of the statements of a dump that hold no data of ours. */
const otherCommands: ReadonlySet<string> = new Set(
  (
    'ABORT ALTER ANALYZE BEGIN CALL CHECKPOINT CLUSTER COMMENT COMMIT CREATE DEALLOCATE DECLARE DELETE DISCARD DO DROP END ' +
    'EXECUTE GRANT IMPORT LISTEN LOCK NOTIFY PREPARE REASSIGN REFRESH REINDEX RELEASE RESET REVOKE ROLLBACK SAVEPOINT ' +
    'SECURITY SELECT SET START TABLE TRUNCATE UNLISTEN UPDATE VACUUM VALUES WITH'
  ).split(' '),
);

/**
 * Reads a plain SQL dump (pg_dump, `supabase db dump`) as a stream: the rows of `INSERT … VALUES` and of
 * `COPY … FROM stdin`, and a note of every other statement. Needs memory for one batch of rows, whatever the file's
 * size. Throws `DumpError` with code and line; what was yielded before is then only a part of the dump.
 */
export async function* parseDump(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<DumpItem, void, undefined> {
  const scanner = new SqlScanner(dumpText(bytes));
  try {
    yield* readStatements(scanner);
  } catch (error) {
    // What looks wrong at the very end of the file is mostly half of something right.
    const cutOff = error instanceof DumpError && error.code === 'DUMP_SYNTAX' && (await scanner.peek()) === null;
    throw cutOff ? truncated(scanner, error.line) : error;
  }
}

async function* readStatements(scanner: SqlScanner): AsyncGenerator<DumpItem, void, undefined> {
  let openDumps = 0; // pg_dump marks the begin and the end of its output in comments
  scanner.onLineComment = (text) => {
    if (text === 'PostgreSQL database dump') openDumps += 1;
    if (text === 'PostgreSQL database dump complete') openDumps -= 1;
  };
  let statements = 0;
  for (;;) {
    const first = await scanner.peek();
    if (first === null) break;
    if (first.kind === 'symbol' && first.text === '\\') {
      // psql's own commands (\connect, \restrict): they take the line
      await scanner.next();
      await scanner.nextLine();
      continue;
    }
    await scanner.next();
    if (first.kind === 'symbol' && first.text === ';') continue;
    const command = first.kind === 'word' ? first.text.toUpperCase() : '';
    if (command === 'INSERT') {
      yield* readInsert(scanner, first.line);
    } else if (command === 'COPY') {
      yield* readCopy(scanner, first.line);
    } else if (otherCommands.has(command)) {
      await skipStatement(scanner, command, first.line);
      yield { kind: 'other', command, line: first.line };
    } else {
      throw unknownStatement(first, statements === 0);
    }
    statements += 1;
  }
  if (openDumps > 0) {
    const line = scanner.line;
    throw new DumpError(
      'DUMP_TRUNCATED',
      line,
      `the file ends in line ${line} without pg_dump's mark "PostgreSQL database dump complete": get the whole file again`,
    );
  }
  if (statements === 0)
    throw new DumpError('DUMP_EMPTY', scanner.line, 'the file holds no statement: choose another file');
}

function unknownStatement(token: Token, firstOfFile: boolean): DumpError {
  const shown = token.text.length > 30 ? `${token.text.slice(0, 30)}…` : token.text;
  return firstOfFile
    ? new DumpError(
        'DUMP_NOT_SQL',
        token.line,
        `line ${token.line} is not SQL (it begins with "${shown}"): choose a plain SQL dump`,
      )
    : syntaxError(token.line, `no statement begins with "${shown}"`);
}

const syntaxError = (line: number, what: string): DumpError =>
  new DumpError(
    'DUMP_SYNTAX',
    line,
    `line ${line}: ${what}; write the dump again with pg_dump --data-only --column-inserts`,
  );

const truncated = (scanner: SqlScanner, begun: number): DumpError =>
  new DumpError(
    'DUMP_TRUNCATED',
    scanner.line,
    `the file ends in line ${scanner.line}, inside a statement that begins in line ${begun}: get the whole file again`,
  );

/** Hands out the tokens of one statement; the end of the file inside it means that the file is cut off. */
const tokensOf = (scanner: SqlScanner, begun: number) => async (): Promise<Token> => {
  const token = await scanner.next();
  if (token === null) throw truncated(scanner, begun);
  return token;
};

const isSymbol = (token: Token, text: string): boolean => token.kind === 'symbol' && token.text === text;
const isWord = (token: Token, text: string): boolean => token.kind === 'word' && token.text.toUpperCase() === text;

function nameOf(token: Token): string {
  if (token.kind === 'quoted') return token.text;
  if (token.kind === 'word') return token.text.toLowerCase(); // an unquoted name folds to lower case
  throw syntaxError(token.line, `a name is missing before "${token.text}"`);
}

interface Target {
  schema: string;
  table: string;
  columns: string[];
  after: Token;
}

/** Reads `schema.table (column, …)` and the token behind it. */
async function readTarget(next: () => Promise<Token>): Promise<Target> {
  let table = nameOf(await next());
  let schema = 'public';
  let token = await next();
  if (isSymbol(token, '.')) {
    schema = table;
    table = nameOf(await next());
    token = await next();
  }
  if (!isSymbol(token, '(')) throw syntaxError(token.line, `the columns of ${schema}.${table} are not named`);
  const columns: string[] = [];
  for (;;) {
    columns.push(nameOf(await next()));
    token = await next();
    if (isSymbol(token, ')')) break;
    if (!isSymbol(token, ','))
      throw syntaxError(token.line, `"," is missing between the columns of ${schema}.${table}`);
  }
  return { schema, table, columns, after: await next() };
}

class Batch {
  #target: Target;
  #rows: (string | null)[][] = [];
  #lines: number[] = [];

  constructor(target: Target) {
    this.#target = target;
  }

  add(values: (string | null)[], line: number): void {
    const { schema, table, columns } = this.#target;
    if (values.length !== columns.length) {
      throw syntaxError(
        line,
        `the row of ${schema}.${table} has ${values.length} values for ${columns.length} columns`,
      );
    }
    this.#rows.push(values);
    this.#lines.push(line);
  }

  get full(): boolean {
    return this.#rows.length >= rowsPerBatch;
  }

  take(): DumpRows {
    const { schema, table, columns } = this.#target;
    const batch: DumpRows = { kind: 'rows', schema, table, columns, rows: this.#rows, lines: this.#lines };
    this.#rows = [];
    this.#lines = [];
    return batch;
  }
}

async function* readInsert(scanner: SqlScanner, begun: number): AsyncGenerator<DumpRows, void, undefined> {
  const next = tokensOf(scanner, begun);
  const into = await next();
  if (!isWord(into, 'INTO')) throw syntaxError(into.line, 'INTO is missing after INSERT');
  const target = await readTarget(next);
  let token = target.after;
  if (isWord(token, 'OVERRIDING')) {
    await next(); // SYSTEM or USER
    await next(); // VALUE
    token = await next();
  }
  if (!isWord(token, 'VALUES')) throw syntaxError(token.line, `INSERT … ${token.text} is not a list of values`);
  const batch = new Batch(target);
  for (;;) {
    const open = await next();
    if (!isSymbol(open, '(')) throw syntaxError(open.line, 'a row does not begin with "("');
    const values: (string | null)[] = [];
    for (;;) {
      const value = await readValue(next);
      values.push(value.text);
      if (isSymbol(value.after, ')')) break;
      if (!isSymbol(value.after, ','))
        throw syntaxError(value.after.line, `"${value.after.text.slice(0, 30)}" is not expected in a row`);
    }
    batch.add(values, open.line);
    token = await next();
    if (!isSymbol(token, ',')) break;
    if (batch.full) yield batch.take();
  }
  // ON CONFLICT … says how the old system would load the row, which is of no concern here.
  if (isWord(token, 'ON')) await skipStatement(scanner, 'INSERT', begun);
  else if (!isSymbol(token, ';'))
    throw syntaxError(token.line, `"${token.text.slice(0, 30)}" is not expected after a row`);
  yield batch.take();
}

async function* readCopy(scanner: SqlScanner, begun: number): AsyncGenerator<DumpRows, void, undefined> {
  const next = tokensOf(scanner, begun);
  const target = await readTarget(next);
  const source = isWord(target.after, 'FROM') ? await next() : null;
  if (source === null || !isWord(source, 'STDIN'))
    throw syntaxError(target.after.line, 'COPY is read in the form "FROM stdin" alone');
  const end = await next();
  if (!isSymbol(end, ';')) throw syntaxError(end.line, 'COPY with options is not read');
  const rest = await scanner.nextLine();
  const carriageReturns = rest?.endsWith('\r') ?? false;
  const batch = new Batch(target);
  for (;;) {
    const line = scanner.line;
    const read = await scanner.nextLine();
    if (read === null) throw truncated(scanner, begun);
    const text = carriageReturns && read.endsWith('\r') ? read.slice(0, -1) : read;
    if (text === '\\.') break;
    batch.add(copyFields(text, line), line);
    if (batch.full) yield batch.take();
  }
  yield batch.take();
}

/**
 * Passes over a statement up to its semicolon. The body of an SQL-standard function holds semicolons of its own
 * between BEGIN ATOMIC and END; CASE … END may stand in it.
 */
async function skipStatement(scanner: SqlScanner, command: string, begun: number): Promise<void> {
  const next = tokensOf(scanner, begun);
  const words: string[] = [];
  let parentheses = 0;
  let blocks = 0;
  for (;;) {
    const token = await next();
    if (token.kind === 'symbol') {
      if (token.text === '(') parentheses += 1;
      if (token.text === ')') parentheses -= 1;
      if (token.text === ';' && parentheses <= 0 && blocks === 0) break;
    } else if (token.kind === 'word') {
      const word = token.text.toUpperCase();
      if (blocks > 0 && (word === 'BEGIN' || word === 'CASE')) blocks += 1;
      else if (blocks > 0 && word === 'END') blocks -= 1;
      else if (command === 'CREATE' && word === 'ATOMIC' && words.at(-1) === 'BEGIN') blocks = 1;
      words.push(word);
      if (words.length > 8) words.shift();
    } else if (command === 'SET') {
      noteSetting(scanner, words, token);
    }
    if (command === 'SET' && token.kind === 'word') noteSetting(scanner, words.slice(0, -1), token);
  }
}

/** Two settings change how the rest of the file reads. */
function noteSetting(scanner: SqlScanner, words: readonly string[], value: Token): void {
  if (words[0] === 'STANDARD_CONFORMING_STRINGS') scanner.standardStrings = value.text.toLowerCase() !== 'off';
  if (words[0] !== 'CLIENT_ENCODING' || (value.kind === 'word' && value.text.toUpperCase() === 'TO')) return;
  const encoding = value.text.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
  if (!['UTF8', 'UNICODE', 'SQLASCII'].includes(encoding)) {
    throw new DumpError(
      'DUMP_ENCODING',
      value.line,
      `line ${value.line}: the dump is written in ${value.text}: write it again with --encoding=UTF8`,
    );
  }
}
