import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session } from '../../../shared/api/session.ts';
import type { Role } from '../../../shared/domain/roles.ts';
import { defaultSecuritySettings } from '../../../shared/domain/security-settings.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { openReplica, type Replica } from '../replica/database.ts';
import type { OpenSession } from '../session.ts';

export interface LoggedEntry {
  id?: string;
  created_at: string;
  client_time?: string | null;
  user_id?: string | null;
  device_id?: string | null;
  entity_type?: string;
  entity_id?: string | null;
  project_id?: string | null;
  action?: string;
  description?: string | null;
  old_values?: Record<string, unknown> | null;
  new_values?: Record<string, unknown> | null;
}

const organization = randomUUID();
const newest = Date.parse('2026-03-01T00:00:00Z');

/** A real replica that nobody syncs, with as long an audit log as a test needs. */
export class AuditLog {
  readonly folder = mkdtempSync(join(tmpdir(), 'factory-pulse-audit-'));
  readonly replica: Replica;
  readonly people = ['Đỗ Quốc Khánh', 'Lâm Thúy Vy', 'Đinh Hữu Nghĩa'].map((name) => ({ id: randomUUID(), name }));
  readonly project = { id: randomUUID(), code: 'P-26010101', title: 'Giá đỡ cảm biến' };
  readonly device = { id: randomUUID(), name: 'MAY-VAN-PHONG' };

  constructor() {
    this.replica = openReplica(join(this.folder, 'replica.db'), randomBytes(32));
    const { write } = this.replica;
    write.pragma('foreign_keys = OFF');
    const stage = randomUUID();
    const at = formatTimestamp(new Date(newest));
    for (const { id, name } of this.people) {
      write
        .prepare(
          `insert into users (id, organization_id, created_at, updated_at, sync_xid, email, name, role, status, preferences)
            values (?, ?, ?, ?, 1, ?, ?, 'sales', 'active', '{}')`,
        )
        .run(id, organization, at, at, `${id}@factorypulse.vn`, name);
    }
    write
      .prepare(
        `insert into projects (id, organization_id, created_at, updated_at, sync_xid, project_id, title, current_stage_id, status,
          priority_level, currency, tags, metadata, stage_entered_at)
          values (?, ?, ?, ?, 1, ?, ?, ?, 'active', 'medium', 'VND', '[]', '{}', ?)`,
      )
      .run(this.project.id, organization, at, at, this.project.code, this.project.title, stage, at);
  }

  add(entries: readonly LoggedEntry[]): void {
    const insert = this.replica.write.prepare(
      `insert into activity_log (id, organization_id, created_at, updated_at, sync_xid, user_id, entity_type, entity_id, project_id,
        action, description, old_values, new_values, metadata, device_id, client_time)
        values (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, '{}', ?, ?)`,
    );
    const json = (values: unknown): string | null => (values === undefined || values === null ? null : JSON.stringify(values));
    this.replica.write.transaction(() => {
      for (const entry of entries) {
        insert.run(
          entry.id ?? randomUUID(),
          organization,
          entry.created_at,
          entry.created_at,
          entry.user_id ?? null,
          entry.entity_type ?? 'projects',
          entry.entity_id ?? null,
          entry.project_id ?? null,
          entry.action ?? 'UPDATE',
          entry.description ?? null,
          json(entry.old_values),
          json(entry.new_values),
          entry.device_id ?? null,
          entry.client_time ?? null,
        );
      }
    })();
  }

  /** So many edits, a minute apart, the newest at midnight before 1 March 2026 (UTC). Everything else about one is told by its number. */
  fill(count: number): void {
    const entries = Array.from({ length: count }, (_, number): LoggedEntry => ({
      created_at: formatTimestamp(new Date(newest - (count - number) * 60_000)),
      user_id: this.people[number % 3]?.id ?? null,
      entity_type: number % 10 === 0 ? 'contacts' : 'projects',
      entity_id: this.project.id,
      project_id: number % 2 === 0 ? this.project.id : null,
      action: number % 1_000 === 0 ? 'DELETE' : 'UPDATE',
      old_values: { notes: `Ghi chú số ${number - 1}` },
      new_values: { notes: `Ghi chú số ${number}` },
    }));
    this.add(entries);
  }

  /** What handlers need of a session: the replica, this machine, and who sits in front of it. */
  session(role: Role = 'management'): OpenSession {
    const session: Session = {
      person: { id: this.people[0]?.id ?? '', organization_id: organization, email: '', name: '', role, department: null },
      organization: { id: organization, name: '', timezone: 'Asia/Ho_Chi_Minh', default_currency: 'VND' },
      security: defaultSecuritySettings,
      offline: true,
      loading: false,
    };
    return { replica: this.replica, device: this.device, current: () => session } as unknown as OpenSession;
  }

  remove(): void {
    if (this.replica.read.open) this.replica.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
