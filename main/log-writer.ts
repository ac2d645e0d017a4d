import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
// The variant for Node: the one for Electron adds an IPC channel of its own, which nothing here needs.
import electronLog from 'electron-log/node';
import type { LogLevel, LogOptions } from './logging.ts';

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

/** Appends lines to the log's file, which is rotated by size. */
export function openLogWriter({ dir, console }: LogOptions): (level: LogLevel, line: string) => void {
  const logger = electronLog.create({ logId: dir });
  const { file } = logger.transports;
  file.resolvePathFn = () => join(dir, fileName);
  file.archiveLogFn = () => rotate(dir);
  file.maxSize = maxFileBytes;
  file.writeOptions = { flag: 'a', mode: 0o600, encoding: 'utf8' };
  file.format = ({ message }): unknown[] => message.data;
  logger.transports.console.level = console ? 'debug' : false;
  logger.transports.console.format = ({ message }): unknown[] => message.data;
  return (level, line) => logger[level](line);
}
