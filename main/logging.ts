import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
// The variant for Node: the one for Electron adds an IPC channel of its own, which nothing here needs.
import electronLog from 'electron-log/node';
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

const fileName = 'factory-pulse.log';
const maxFileBytes = 5 * 1024 * 1024;
const keptFiles = 4;

/** Moves factory-pulse.log to .1.log, .1.log to .2.log and so on; the oldest file goes. */
function rotate(dir: string): void {
  const numbered = (n: number) => join(dir, n === 0 ? fileName : fileName.replace(/\.log$/, `.${n}.log`));
  rmSync(numbered(keptFiles), { force: true });
  for (let n = keptFiles - 1; n >= 0; n -= 1) {
    if (existsSync(numbered(n))) renameSync(numbered(n), numbered(n + 1));
  }
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

/** Opens the log: one JSON object per line, rotated by size, secrets masked. */
export function openLog({ dir, console }: LogOptions): LogFile {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const logger = electronLog.create({ logId: dir });
  const { file } = logger.transports;
  file.resolvePathFn = () => join(dir, fileName);
  file.archiveLogFn = () => rotate(dir);
  file.maxSize = maxFileBytes;
  file.writeOptions = { flag: 'a', mode: 0o600, encoding: 'utf8' };
  file.format = ({ message }): unknown[] => message.data;
  logger.transports.console.level = console ? 'debug' : false;
  logger.transports.console.format = ({ message }): unknown[] => message.data;

  const write = (level: LogLevel, source: string, event: string, details: LogDetails = {}): void => {
    const line = { time: new Date().toISOString(), level, source, event, details: redact(details) };
    logger[level](JSON.stringify(line));
  };
  return {
    write,
    debug: (event, details) => write('debug', 'main', event, details),
    info: (event, details) => write('info', 'main', event, details),
    warn: (event, details) => write('warn', 'main', event, details),
    error: (event, details) => write('error', 'main', event, details),
  };
}
