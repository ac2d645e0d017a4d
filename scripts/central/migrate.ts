import { withCentral } from './connection.ts';
import { type CommonOptions, type Context, printJson } from './context.ts';
import { refused } from './failures.ts';
import { migrate, schemaVersion } from './schema.ts';

/** Brings an existing database to this program's schema. */
export async function runMigrate(options: CommonOptions, context: Context): Promise<void> {
  await withCentral(options, context, async (client) => {
    if ((await schemaVersion(client)) === 0) {
      throw refused('SCHEMA_MISSING', 'the database has no Factory Pulse schema', 'run "init" to make one');
    }
    const { from, to } = await migrate(client);
    if (options.json === true) printJson(context, { from, to });
    else context.stdout(from === to ? `Nothing to do: schema version ${to}\n` : `Schema version ${from} → ${to}\n`);
  });
}
