import { z } from 'zod';
import { BACKUP_FORMAT, backupKinds, LEFT_OUT_LISTED, leftOutKinds } from '../../../shared/domain/backup.ts';
import { AppError } from '../../../shared/errors.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().min(0);
const identifier = z.string().min(1).max(130).regex(/^[a-z0-9_.]+$/);

/** A table of the backup, with a digest over its lines in the order of its key: what is restored has to give the same. */
const manifestTable = z.strictObject({
  name: identifier,
  columns: z.array(identifier),
  /** Of these, the ones that hold a list in PostgreSQL's own form. */
  lists: z.array(identifier).optional(),
  /** In which order its lines stand. */
  key: z.array(identifier),
  rows: count,
  sha256,
});
export type ManifestTable = z.output<typeof manifestTable>;

/** Rows of `table` point to rows of `target`: what the check of a restored backup goes by. */
const reference = z.strictObject({ table: identifier, columns: z.array(identifier), target: identifier, target_columns: z.array(identifier) });
export type Reference = z.output<typeof reference>;

const manifestPart = z.strictObject({
  path: z.string().max(100),
  size: count,
  sha256,
  table: identifier.nullable(),
  rows: count,
});
export type ManifestPart = z.output<typeof manifestPart>;

const leftOut = z.strictObject({
  what: z.enum(leftOutKinds),
  table: identifier.optional(),
  rows: count.optional(),
  /** Since format 2. */
  documents: z.array(z.strictObject({ code: z.string().max(200).nullable(), name: z.string().max(1_000), size: count.nullable() })).max(LEFT_OUT_LISTED).optional(),
});

export const manifestSchema = z.strictObject({
  format: z.number().int().min(1).max(BACKUP_FORMAT),
  name: z.string().max(100),
  kind: z.enum(backupKinds),
  application: z.strictObject({ version: z.string().max(50), central_schema: count, replica_schema: count }),
  /** Null for a whole centre. */
  organization: z.strictObject({ id: z.string().max(50), name: z.string().max(400) }).nullable(),
  /** Of which centre; null where only the structure is backed up. */
  instance_id: z.string().max(50).nullable(),
  created: z.strictObject({
    at: z.string().max(50),
    zone: z.string().max(100),
    by: z.string().max(700),
    device: z.string().max(300),
    /** `owner`: by the centre's owner, past all rules of access. */
    source: z.enum(['centre', 'owner', 'replica']),
    /** How old the replica was that it was made from; null for the centre. */
    synced_at: z.string().max(50).nullable(),
    server: z.string().max(200).nullable(),
  }),
  tables: z.array(manifestTable).max(1_000),
  references: z.array(reference).max(10_000),
  parts: z.array(manifestPart),
  left_out: z.array(leftOut).max(10_000),
});

export type Manifest = z.output<typeof manifestSchema>;
/** What whoever makes a backup knows of it; the archive adds its parts. */
export type ManifestFacts = Omit<Manifest, 'format' | 'parts'>;

/** The first part of an archive: what a reader has to know before it understands the rest. */
export const aboutSchema = z.object({ program: z.literal('Factory Pulse'), format: z.number().int().min(1) });

export function parseManifest(content: Buffer): Manifest {
  const read = manifestSchema.safeParse(jsonOf(content));
  if (!read.success) throw new AppError('BACKUP_DAMAGED', `the manifest is none: ${read.error.issues[0]?.path.join('.') ?? ''}`);
  return read.data;
}

/** Null where it is no JSON. */
export function jsonOf(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    return null;
  }
}

export const rowsOf = (manifest: Pick<Manifest, 'tables'>): number => manifest.tables.reduce((sum, { rows }) => sum + rows, 0);
