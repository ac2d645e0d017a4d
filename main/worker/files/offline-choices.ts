import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import type { OfflineChoice } from '../../../shared/api/files.ts';
import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import type { TransferRows } from './transfer-rows.ts';

/** The current contents of the documents that the person keeps offline: chosen themselves, or by project or stage. */
export const keptOffline = `
  select d.id as document_id, d.content_sha256 as sha256, d.file_size as size from documents d
   where d.content_sha256 is not null and (
     exists (select 1 from offline_choices o where o.kind = 'document' and o.target_id = d.id)
     or exists (select 1 from offline_choices o where o.kind = 'project' and o.target_id = d.project_id)
     or exists (select 1 from offline_choices o join projects p on p.current_stage_id = o.target_id
                 where o.kind = 'stage' and p.id = d.project_id and p.status in ('active', 'on_hold')))`;

interface Wanted {
  document_id: string;
  sha256: string;
  size: number | null;
}

/** Queues what is kept offline and not here, and takes back what was queued for a choice that is gone. True where there is something new. */
export async function followChoices(replica: Replica, rows: TransferRows, maxBytes: number, asked: ReadonlySet<string>): Promise<boolean> {
  const missing = prepared(
    replica.read,
    `select document_id, sha256, size from (${keptOffline}) w
      where not exists (select 1 from stored_files s where s.sha256 = w.sha256)
        and not exists (select 1 from file_transfers t where t.kind = 'download' and t.document_id = w.document_id and t.sha256 = w.sha256 and t.state <> 'done')`,
  ).all() as Wanted[];
  const stale = prepared(
    replica.read,
    `select id, sha256 from file_transfers t where t.kind = 'download' and t.state <> 'done'
        and not exists (select 1 from (${keptOffline}) w where w.document_id = t.document_id and w.sha256 = t.sha256)`,
  ).all() as { id: number; sha256: string }[];
  await rows.remove(stale.filter(({ sha256 }) => !asked.has(sha256)).map(({ id }) => id));
  const wanted = missing.filter(({ size }) => (size ?? 0) <= maxBytes);
  for (const { document_id, sha256, size } of wanted) await rows.addDownload(document_id, sha256, size ?? 0);
  return wanted.length > 0;
}

export function setOffline(replica: Replica, { kind, target_id }: OfflineChoice, kept: boolean): void {
  if (kept) {
    prepared(replica.write, 'insert into offline_choices (kind, target_id, chosen_at) values (?, ?, ?) on conflict do nothing').run(
      kind,
      target_id,
      formatTimestamp(new Date()),
    );
  } else prepared(replica.write, 'delete from offline_choices where kind = ? and target_id = ?').run(kind, target_id);
}
