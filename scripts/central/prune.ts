import { AppError } from '../../shared/errors.ts';
import { withBucket } from './bucket.ts';
import { withCentral } from './connection.ts';
import { type CommonOptions, type Context, printJson } from './context.ts';
import { CommandError } from './failures.ts';
import { removeDropped } from './prune-bucket.ts';
import { requireCurrentSchema } from './schema.ts';

/** Entries that were dropped from each list of sync. */
interface Pruned {
  removals: number;
  touched: number;
  mutations: number;
  contents: number;
}

/** Drops what is older than the retention; a desktop that was away longer compares everything when it comes back. */
export async function prune(options: CommonOptions, context: Context): Promise<void> {
  await withCentral(options, context, async (client) => {
    await requireCurrentSchema(client);
    const { rows } = await client.query<{ pruned: Pruned }>(
      "select sync.prune() || jsonb_build_object('contents', files.prune()) as pruned",
    );
    const pruned = rows[0]?.pruned ?? { removals: 0, touched: 0, mutations: 0, contents: 0 };
    const removed = await withBucket(options, context, (bucket) => removeDropped(client, bucket)).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      throw new CommandError(error.code, `the database is pruned, the bucket is not: ${error.message}`, 'see "files bucket check"; the next run goes on');
    });
    if (options.json === true) printJson(context, { ...pruned, removed_from_bucket: removed });
    else {
      context.stdout(
        `Dropped ${pruned.removals} removals, ${pruned.touched} marks of touched tables, ${pruned.mutations} recorded results and ${pruned.contents} contents of files; ${removed} went from a bucket.\n`,
      );
    }
  });
}
