import { z } from 'zod';

/** In the person's folder, which goes with their data. */
export const KEPT_FILE = 'drive.json';

/** What this machine keeps of one person's connection, sealed. */
export const keptConnection = z.strictObject({
  /** Organization and person: a file that was moved to another person's folder opens nothing. */
  owner: z.string(),
  client_id: z.string(),
  refresh_token: z.string(),
  scopes: z.array(z.string()),
  account: z.strictObject({ name: z.string().nullable(), email: z.string().nullable() }).nullable(),
  /** How far Google's log of changes was read. */
  position: z.string().nullable(),
  /** Linked files that this person cannot open any more, or that lie in the trash. */
  troubles: z.array(z.strictObject({ file_id: z.string(), kind: z.enum(['trashed', 'lost']) })),
  /** Google no longer accepts it. */
  refused: z.boolean(),
});

export type KeptConnection = z.infer<typeof keptConnection>;

/** The secrets of clients on this machine, by client id. */
export const keptClientSecrets = z.strictObject({ secrets: z.record(z.string(), z.string()) });
