import type { Log, LogDetails, LogLevel } from './logging.ts';

export interface MemoryLog extends Log {
  lines: { level: LogLevel; event: string; details: LogDetails }[];
}

/** A log for tests that keeps its lines. */
export function memoryLog(): MemoryLog {
  const lines: MemoryLog['lines'] = [];
  const writer = (level: LogLevel) => (event: string, details: LogDetails = {}) => {
    lines.push({ level, event, details });
  };
  return { lines, debug: writer('debug'), info: writer('info'), warn: writer('warn'), error: writer('error') };
}
