import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usual } from '../../shared/domain/workflow-cases-world.ts';
import { createDemoCentral, type DemoCentral } from '../testing/demo-central.ts';
import { addCaseProject, editOf, moveOf, stageId, usualAddress } from '../testing/case-project.ts';
import { connectAs, push, pushOne } from '../testing/person.ts';
import { addCaseOrganizations, asMaintenance, personOf } from '../testing/workflow-cases.ts';

let central: DemoCentral;
let sales: Client;
const device = randomUUID();

beforeAll(async () => {
  central = await createDemoCentral();
  await addCaseOrganizations(central.client);
  sales = await connectAs(central, usualAddress('sales'));
  const greeting = { id: device, name: 'Máy tính kho', platform: 'linux', app_version: '1.0.0', client_version: 99 };
  await sales.query('select sync.hello($1)', [JSON.stringify(greeting)]);
});

afterAll(async () => {
  await sales.end();
  await central.drop();
});

const entries = async (projectId: string): Promise<Record<string, unknown>[]> =>
  (
    await central.client.query<Record<string, unknown>>(
      `select entity_type, action, user_id, device_id, client_time, old_values, new_values from public.activity_log
      where project_id = $1 order by entity_type, sync_xid, id`,
      [projectId],
    )
  ).rows;

describe('the audit trail', () => {
  it('tells who changed what from what to what, on which device, and what its clock said', async () => {
    const id = await addCaseProject(central.client);
    await pushOne(sales, {
      ...editOf(id, { notes: 'Giao sớm', priority_level: 'medium' }),
      created_at: '2031-05-06 07:08:09.5+00',
    });
    expect(await entries(id)).toEqual([
      {
        entity_type: 'projects',
        action: 'UPDATE',
        user_id: personOf(usual, 'sales'),
        device_id: device,
        client_time: new Date('2031-05-06T07:08:09.500Z'),
        // The priority stayed what it was.
        old_values: { notes: null },
        new_values: { notes: 'Giao sớm' },
      },
    ]);
  });

  it('says nothing of an edit that changes nothing, of a refused one, and of maintenance', async () => {
    const id = await addCaseProject(central.client);
    await push(sales, [editOf(id, { priority_level: 'medium' }), editOf(id, { title: '' })]);
    await asMaintenance(central.client, async () => {
      await central.client.query("update public.projects set notes = 'x' where id = $1", [id]);
    });
    expect(await entries(id)).toEqual([]);
  });

  it('tells what a move brought about', async () => {
    const id = await addCaseProject(central.client, { stage: 'review', progress: {} });
    const manager = await connectAs(central, usualAddress('management'));
    await pushOne(manager, moveOf(id, 'review', 'intake', { reason: 'Thiếu bản vẽ' }));
    await manager.end();
    const told = await entries(id);
    const [move] = told.filter(({ entity_type }) => entity_type === 'projects');
    expect(move).toMatchObject({
      user_id: personOf(usual, 'management'),
      old_values: { current_stage_id: stageId('review') },
      new_values: { current_stage_id: stageId('intake') },
    });
    expect(Object.keys(move?.['new_values'] as object).sort()).toEqual(['current_stage_id', 'stage_entered_at']);
    const steps = told.filter(({ entity_type }) => entity_type === 'project_sub_stage_progress');
    expect(steps.map(({ action, old_values }) => [action, old_values])).toEqual(
      Array.from({ length: 5 }, () => ['INSERT', null]),
    );
  });

  it('is only ever added to', async () => {
    for (const statement of ['update public.activity_log set user_id = null', 'delete from public.activity_log']) {
      await expect(sales.query(statement), statement).rejects.toMatchObject({ code: '42501' });
      await expect(central.client.query(statement), statement).rejects.toMatchObject({ message: 'TABLE_NOT_WRITABLE' });
    }
    await expect(
      sales.query("insert into public.activity_log (organization_id, entity_type, action) values ($1, 'x', 'x')", [
        randomUUID(),
      ]),
    ).rejects.toMatchObject({ code: '42501' });
  });
});
