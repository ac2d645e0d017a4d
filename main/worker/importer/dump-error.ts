/**
 * Why a dump can't be read:
 * - `DUMP_EMPTY`: no statement in it
 * - `DUMP_NOT_SQL`: an image, an archive, pg_dump's own binary form, any other text
 * - `DUMP_ENCODING`: bytes that aren't UTF-8
 * - `DUMP_TRUNCATED`: it stops in the middle
 * - `DUMP_SYNTAX`: SQL that this reader can't take as data
 */
export type DumpErrorCode = 'DUMP_TRUNCATED' | 'DUMP_ENCODING' | 'DUMP_SYNTAX' | 'DUMP_NOT_SQL' | 'DUMP_EMPTY';

export class DumpError extends Error {
  readonly code: DumpErrorCode;
  /** Line of the file, counted from 1, where reading stopped. */
  readonly line: number;

  constructor(code: DumpErrorCode, line: number, message: string) {
    super(message);
    this.name = 'DumpError';
    this.code = code;
    this.line = line;
  }
}
