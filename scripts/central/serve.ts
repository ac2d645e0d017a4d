import { resolve } from 'node:path';
import { start } from '../lib/embedded-central.mjs';
import { centralDataDir } from '../lib/paths.mjs';
import { embeddedDatabase } from './connection.ts';
import { type CommonOptions, type Context, printJson } from './context.ts';
import { refused } from './failures.ts';

export interface ServeOptions extends Pick<CommonOptions, 'json'> {
  port?: number;
  dataDir?: string;
}

/** Runs the embedded server until it is interrupted (Ctrl-C). */
export async function serve(options: ServeOptions, context: Context): Promise<never> {
  const dataDir = options.dataDir === undefined ? centralDataDir : resolve(context.directory, options.dataDir);
  const server = await start({ dataDir, ...(options.port === undefined ? {} : { port: options.port }) });
  const url = `postgres://127.0.0.1:${server.port}/${embeddedDatabase}`;
  if (server.joined)
    throw refused(
      'ALREADY_RUNNING',
      `the embedded server already runs: ${url}`,
      'use it, or stop the other command first',
    );
  if (options.json === true) printJson(context, { url, port: server.port, dataDir });
  else {
    context.stdout(`The embedded central server listens on ${url}; Ctrl-C stops it.\n`);
    context.stdout('Other commands find it by themselves: npm run central -- init (or demo), status, import.\n');
  }
  return new Promise<never>(() => {
    // The signal that stops the server ends the process; a timer keeps it alive until then.
    setInterval(() => undefined, 2 ** 30);
  });
}
