import type { BackupRecord } from '../../../shared/api/backup.ts';
import { expired, type BackupPlan } from '../../../shared/domain/backup-plan.ts';

/** What the plan does not keep of these backups. Each destination and kind counts by itself: a snapshot does not stand in for a backup of the centre. */
export function expiredRecords(records: readonly BackupRecord[], plan: BackupPlan, zone: string): BackupRecord[] {
  const groups = new Map<string, BackupRecord[]>();
  for (const record of records) {
    const group = `${record.kind} ${record.folder}`;
    groups.set(group, [...(groups.get(group) ?? []), record]);
  }
  return [...groups.values()].flatMap((group) => {
    const leaving = new Set(expired(group.map(({ id, at, verified }) => ({ id, at: new Date(at), verified })), plan, zone));
    return group.filter(({ id }) => leaving.has(id));
  });
}
