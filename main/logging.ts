import { mkdirSync } from 'node:fs';
import { redact } from './redaction.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogDetails = Record<string, unknown>;

/** Writes one event. `event` is a fixed, searchable name; everything that varies goes into `details`. */
export interface Log {
  debug(event: string, details?: LogDetails): void;
  info(event: string, details?: LogDetails): void;
  warn(event: string, details?: LogDetails): void;
  error(event: string, details?: LogDetails): void;
}

export interface LogOptions {
  /** Folder of the log files; created where it is missing. */
  dir: string;
  /** Also print to the terminal, for development. */
  console: boolean;
}

export interface LogFile extends Log {
  /** Writes for another part of the application, e.g. the worker. */
  write(level: LogLevel, source: string, event: string, details?: LogDetails): void;
}

/**
 * Opens the log: one JSON object per line, rotated by size, secrets masked. What writes it is read with the first line, which
 * comes when the first window is on its way.
 */
export function openLog(options: LogOptions): LogFile {
  mkdirSync(options.dir, { recursive: true, mode: 0o700 });
  let append: Promise<(level: LogLevel, line: string) => void> | null = null;
  const write = (level: LogLevel, source: string, event: string, details: LogDetails = {}): void => {
    const line = JSON.stringify({ time: new Date().toISOString(), level, source, event, details: redact(details) });
    append ??= import('./log-writer.ts').then(({ openLogWriter }) => openLogWriter(options));
    // A log that cannot be written is told to the terminal: a rejection would be logged, and rejected again, without end.
    append.then((appendLine) => appendLine(level, line)).catch((error: unknown) => console.error('The log cannot be written:', error));
  };
  return {
    write,
    debug: (event, details) => write('debug', 'main', event, details),
    info: (event, details) => write('info', 'main', event, details),
    warn: (event, details) => write('warn', 'main', event, details),
    error: (event, details) => write('error', 'main', event, details),
  };
}
