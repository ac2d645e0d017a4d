import type { Readable } from 'node:stream';

/** Everything outside the process that a command may touch, so that tests can stand in for a terminal. */
export interface Context {
  stdout: (text: string) => void;
  stderr: (text: string) => void;
  stdin: Readable;
  env: Readonly<Record<string, string | undefined>>;
  /** Whether a person reads stdout. */
  isTerminal: boolean;
  /** Where relative paths begin, and where a command puts a file without being told. */
  directory: string;
}

/** Options that every command has. */
export interface CommonOptions {
  url?: string;
  ca?: string;
  json?: boolean;
}

export const printJson = (context: Context, value: unknown): void => context.stdout(`${JSON.stringify(value)}\n`);
