import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openReplica, type Replica } from '../replica/database.ts';

export interface PlainProject {
  id: string;
  status: string;
  stage: string;
  currency: string;
  value: string | null;
  due: string | null;
  delivered: string | null;
  entered_at: string;
}

export interface PlainStage {
  id: string;
  days: number | null;
  is_active: boolean;
}

const organization = randomUUID();
const at = '2026-01-01 00:00:00+00';

const emptied = [
  'projects', 'project_stage_history', 'project_assignments', 'project_sub_stage_progress', 'workflow_stages', 'workflow_sub_stages',
  'exchange_rates', 'approvals', 'approval_delegations',
];

/** A real replica that nobody syncs, with the projects that a test needs. */
export class ProjectReplica {
  readonly folder = mkdtempSync(join(tmpdir(), 'factory-pulse-projects-'));
  readonly replica: Replica;

  /** @param replica one that is there already; without it, a new one */
  constructor(replica: Replica | null = null) {
    this.replica = replica ?? openReplica(join(this.folder, 'replica.db'), randomBytes(32));
    this.replica.write.pragma('foreign_keys = OFF');
  }

  clear(): void {
    for (const table of emptied) this.replica.write.exec(`delete from ${table}`);
  }

  /** Any row: what a table asks for besides is filled in with nothing. */
  add(table: string, row: Record<string, unknown>): void {
    const { write } = this.replica;
    const columns = write.pragma(`table_info(${table})`) as { name: string; type: string; notnull: number }[];
    const usual: Record<string, unknown> = { organization_id: organization, created_at: at, updated_at: at, sync_xid: 1 };
    const filled = columns.map(({ name, type, notnull }) => row[name] ?? usual[name] ?? (notnull === 0 ? null : type === 'INTEGER' ? 0 : '{}'));
    write.prepare(`insert into ${table} values (${columns.map(() => '?').join(', ')})`).run(filled);
  }

  addStages(stages: readonly PlainStage[]): void {
    const add = this.replica.write.prepare(
      `insert into workflow_stages (id, organization_id, created_at, updated_at, sync_xid, name, slug, color, stage_order, is_active,
         responsible_roles, estimated_duration_days) values (?, ?, ?, ?, 1, ?, ?, '#3B82F6', ?, ?, '[]', ?)`,
    );
    stages.forEach(({ id, days, is_active }, index) => {
      add.run(id, organization, at, at, id, id, index + 1, is_active ? 1 : 0, days);
    });
  }

  addProject(project: PlainProject): void {
    this.replica.write
      .prepare(
        `insert into projects (id, organization_id, created_at, updated_at, sync_xid, project_id, title, current_stage_id, status,
           priority_level, estimated_value, currency, estimated_delivery_date, actual_delivery_date, tags, metadata, stage_entered_at)
         values (:id, '${organization}', '${at}', '${at}', 1, :id, :id, :stage, :status, 'medium', :value, :currency, :due, :delivered,
           '[]', '{}', :entered_at)
         on conflict (id) do update set current_stage_id = excluded.current_stage_id, status = excluded.status,
           estimated_value = excluded.estimated_value, currency = excluded.currency,
           estimated_delivery_date = excluded.estimated_delivery_date, actual_delivery_date = excluded.actual_delivery_date,
           stage_entered_at = excluded.stage_entered_at`,
      )
      .run(project);
  }

  removeProject(id: string): void {
    this.replica.write.prepare('delete from projects where id = ?').run(id);
  }

  addPassage(stage: string, movedAt: string, seconds: number): void {
    this.replica.write
      .prepare(
        `insert into project_stage_history (id, organization_id, created_at, updated_at, sync_xid, project_id, from_stage_id, kind,
           moved_at, duration_seconds) values (?, '${organization}', '${at}', '${at}', 1, ?, ?, 'advance', ?, ?)`,
      )
      .run(randomUUID(), randomUUID(), stage, movedAt, seconds);
  }

  addRate(currency: string, rate: string, validFrom: string, more: { is_active?: boolean; created_at?: string } = {}): void {
    this.replica.write
      .prepare(
        `insert into exchange_rates (id, organization_id, created_at, updated_at, sync_xid, currency, rate, valid_from, is_active)
         values (?, '${organization}', ?, '${at}', 1, ?, ?, ?, ?)`,
      )
      .run(randomUUID(), more.created_at ?? at, currency, rate, validFrom, (more.is_active ?? true) ? 1 : 0);
  }

  remove(): void {
    this.replica.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
