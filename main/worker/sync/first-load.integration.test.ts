import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { demoPassword } from '../../../shared/demo-accounts.ts';
import { Changes } from '../replica/changes.ts';
import { openReplica } from '../replica/database.ts';
import { Meta } from '../replica/meta.ts';
import { Overlay } from '../replica/overlay.ts';
import { WritePath } from '../replica/write-path.ts';
import { readCentralColumns } from './central-rows.ts';
import { connect, disconnect } from './connection.ts';
import { firstLoad } from './first-load.ts';
import { Outbox } from './outbox.ts';
import { parseServerAddress } from './server-address.ts';

let central: DemoCentral;
const folder = mkdtempSync(join(tmpdir(), 'factory-pulse-load-'));

beforeAll(async () => {
  central = await createDemoCentral();
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await central.drop();
});

it('tells work that was accepted before its rows had come what the centre holds of them', async () => {
  const { rows } = await central.client.query<{ id: string; project_id: string; sub_stage_id: string; workflow_stage_id: string }>(
    `select id, project_id, sub_stage_id, workflow_stage_id from public.project_sub_stage_progress where status = 'completed' limit 1`,
  );
  const known = rows[0];
  if (!known) throw new Error('the demo data has no completed sub-stage');
  const replica = openReplica(join(folder, 'replica.db'), randomBytes(32));
  const client = await connect(parseServerAddress({ url: central.address, ca: null }), 'ceo@factorypulse.vn', demoPassword);
  try {
    const changes = new Changes();
    const overlay = new Overlay(replica.write);
    const { id, ...keys } = known;
    const now = '2026-01-01 00:00:00+00';
    // The replica is empty: to it, opening this sub-stage makes a new row.
    replica.write.pragma('foreign_keys = OFF');
    new WritePath(replica.write, overlay, changes).accept([
      {
        table_name: 'project_sub_stage_progress',
        row_id: id,
        op: 'insert',
        patch: { ...keys, status: 'in_progress' },
        derived: { organization_id: known.project_id, created_at: now, updated_at: now, sync_xid: 0, metadata: {} },
      },
    ]);
    expect(overlay.central({ table_name: 'project_sub_stage_progress', row_id: id })).toBeNull();

    const outbox = new Outbox(replica.write, overlay);
    await firstLoad(
      {
        client,
        replica,
        meta: new Meta(replica.write),
        overlay,
        outbox,
        changes,
        columns: await readCentralColumns(client),
        signal: new AbortController().signal,
        progress: () => undefined,
      },
    );

    const shown = replica.read.prepare('select status from project_sub_stage_progress where id = ?').pluck();
    expect(shown.get(id)).toBe('in_progress');
    expect(overlay.central({ table_name: 'project_sub_stage_progress', row_id: id })).toMatchObject({ status: 'completed' });
  } finally {
    await disconnect(client);
    replica.close();
  }
});
