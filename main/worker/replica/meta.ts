import type { Sqlite } from './database.ts';

/** The facts about a replica that outlive a session, by key. */
export interface MetaValues {
  /** Whose replica it is. */
  user_id: string;
  organization_id: string;
  /** JSON of the session that was last confirmed by the centre. */
  session: string;
  /** `pg_snapshot` of the last complete pull. */
  cursor: string;
  /** Since when the server that the cursor is from has run without a crash. */
  server_recovered: string;
  instance_id: string;
  instance_epoch: string;
  access_epoch: string;
  last_sync_at: string;
  /** When the centre last let this person in. */
  last_contact_at: string;
  /** The latest time that this machine's clock has shown at work, set right by every contact with the centre. */
  latest_clock: string;
  /** When all was last compared with the centre, and the digest of the columns that the centre had then. */
  last_check_at: string;
  checked_columns: string;
  /** The digest of the columns that the centre showed to this person when all rows were last fetched or compared. */
  read_columns: string;
  /** The verifier of the PIN that opens a locked screen (main/pin.ts), and when the password was last entered. */
  pin: string;
  full_sign_in_at: string;
  /** Rows that the first load expects over all tables. */
  load_total: string;
  /** JSON list of the `create index` and `create trigger` statements that the first load runs at its end. */
  deferred_indexes: string;
  /** JSON list of the records that the person opened last, the latest first. */
  recent_records: string;
  /** JSON of the inquiries that the person has begun and not saved (shared/api/intake.ts). */
  intake_drafts: string;
  /** JSON of this person's limits on this machine (shared/api/files.ts), and of the folder that is looked at for new files. */
  file_settings: string;
  scan_folder: string;
  /** JSON list of the keys of stored files, the present one last (main/worker/files/file-keys.ts). */
  file_keys: string;
  /** JSON of the plan, the folders here and in Drive, and the history of backups, and the passphrase of those that the plan makes. */
  backup_plan: string;
  backup_destinations: string;
  backup_drive_folders: string;
  backup_history: string;
  backup_passphrase: string;
  /** JSON of what each heading of an imported list of contacts was, by the folded heading. */
  contact_import_columns: string;
}

export class Meta {
  readonly #get;
  readonly #set;
  readonly #remove;

  constructor(sqlite: Sqlite) {
    this.#get = sqlite.prepare('select value from meta where key = ?').pluck();
    this.#set = sqlite.prepare('insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value');
    this.#remove = sqlite.prepare('delete from meta where key = ?');
  }

  get(key: keyof MetaValues): string | null {
    return (this.#get.get(key) as string | undefined) ?? null;
  }

  set(values: Partial<MetaValues>): void {
    for (const [key, value] of Object.entries(values)) this.#set.run(key, value);
  }

  remove(key: keyof MetaValues): void {
    this.#remove.run(key);
  }
}
