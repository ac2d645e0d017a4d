import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { addCaseProject, stageId, usualAddress } from '../../../db/testing/case-project.ts';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { addCaseOrganizations } from '../../../db/testing/workflow-cases.ts';
import type { StageDraft, WorkflowDraft } from '../../../shared/api/workflow.ts';
import { AppError } from '../../../shared/errors.ts';
import { TestDesktop } from '../testing/desktop.ts';

let central: DemoCentral;
let admin: TestDesktop;
let worker: TestDesktop;

async function desktopOf(address: string): Promise<TestDesktop> {
  const desktop = new TestDesktop(central.address);
  await desktop.signIn(address);
  await desktop.settled();
  return desktop;
}

beforeAll(async () => {
  central = await createDemoCentral();
  await addCaseOrganizations(central.client);
  admin = await desktopOf(usualAddress('admin'));
  worker = await desktopOf(usualAddress('management'));
});

afterAll(async () => {
  await admin.remove();
  await worker.remove();
  await central.drop();
});

const workflow = async (): Promise<WorkflowDraft> => (await admin.call('workflow.get')).stages;

const withStage = (all: WorkflowDraft, slug: string, change: (stage: StageDraft) => Partial<StageDraft>): WorkflowDraft =>
  all.map((stage) => (stage.id === stageId(slug) ? { ...stage, ...change(stage) } : stage));

const step = (name: string) => ({
  id: uuidv7(),
  name,
  color: '#0B8AA0',
  is_active: true,
  exit_criteria: null,
  responsible_roles: ['qa' as const],
  estimated_duration_hours: 2,
  is_required: true,
  can_skip: false,
  requires_approval: false,
  approval_roles: [],
});

async function save(before: WorkflowDraft, after: WorkflowDraft, occupied: string[] = []): Promise<void> {
  await admin.call('workflow.save', { before, after, occupied });
  await admin.settled();
  expect(await admin.call('sync.attention')).toEqual([]);
}

/** Until the other desktop shows it, too. */
const seen = <T>(ask: () => Promise<T>) => expect.poll(ask, { timeout: 15_000 });

const missing = async (id: string, to: string): Promise<string[]> => {
  try {
    await worker.call('projects.move', { id, to_stage_id: stageId(to), reason: null });
    return [];
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'MOVE_BLOCKED') throw error;
    return (error.details['missing'] as { code: string; detail: string }[]).map(({ code, detail }) => `${code} ${detail}`);
  }
};

describe('the workflow', () => {
  it('gets a new step in a stage where projects stand: they show it as open, wait for it, and go on once it is done', async () => {
    const id = await addCaseProject(central.client, { role: 'management' });
    await seen(async () => (await worker.call('projects.get', { id }).catch(() => null))?.project.id).toBe(id);
    const before = await workflow();
    const added = step('Kiểm tra lần cuối');
    const after = withStage(before, 'intake', ({ sub_stages }) => ({ sub_stages: [...sub_stages, added] }));
    await seen(async () => (await admin.call('workflow.preview', { before, after })).stages[0]?.projects).toBeGreaterThan(0);
    const [change] = (await admin.call('workflow.preview', { before, after })).stages;
    expect(change).toMatchObject({ kind: 'changed', gate_added: [{ name: added.name }], switched: null, roles_losing: [] });
    expect(change?.held[added.name]).toBe(change?.projects);
    await save(before, after);
    await seen(async () => (await worker.call('projects.get', { id })).sub_stages.find((one) => one.id === added.id)?.status).toBe('pending');
    const { rows } = await central.client.query('select 1 from public.project_sub_stage_progress where project_id = $1 and sub_stage_id = $2', [id, added.id]);
    expect(rows, 'the centre opens no row before somebody works on the step').toEqual([]);
    expect(await missing(id, 'review')).toEqual([`SUB_STAGE_OPEN ${added.name}`]);
    await worker.call('projects.setProgress', { id, sub_stage_id: added.id, status: 'completed', blocked_reason: null });
    expect(await missing(id, 'review')).toEqual([]);
    await worker.settled();
    expect(await worker.call('sync.attention')).toEqual([]);
    expect((await worker.call('projects.get', { id })).project.current_stage_id).toBe(stageId('review'));
  });

  it('switches a stage with projects off only when it is said that they stay, and they go on from there', async () => {
    const id = await addCaseProject(central.client, { stage: 'review', role: 'management' });
    await seen(async () => (await worker.call('projects.get', { id }).catch(() => null))?.project.id).toBe(id);
    const before = await workflow();
    const after = withStage(before, 'review', () => ({ is_active: false }));
    await seen(async () => (await admin.call('workflow.get')).projects[stageId('review')] ?? 0).toBeGreaterThan(0);
    await expect(admin.call('workflow.save', { before, after, occupied: [] })).rejects.toMatchObject({
      code: 'STAGE_OCCUPIED',
    });
    const [change] = (await admin.call('workflow.preview', { before, after })).stages;
    expect(change).toMatchObject({ switched: 'off' });
    await save(before, after, [stageId('review')]);
    await seen(async () => (await worker.call('projects.board', {})).stages.some((stage) => stage.id === stageId('review'))).toBe(false);
    expect((await worker.call('projects.list', { limit: 200 })).rows.some((row) => row.id === id)).toBe(true);
    const next = (await worker.call('projects.moves', { id })).find(({ kind }) => kind === 'advance');
    expect(next?.to_stage_id).toBeDefined();
    await worker.call('projects.move', { id, to_stage_id: next?.to_stage_id ?? null, reason: 'Giai đoạn đã tắt' });
    await worker.settled();
    expect(await worker.call('sync.attention')).toEqual([]);
    expect((await worker.call('projects.get', { id })).project.current_stage_id).toBe(next?.to_stage_id);
    await save(after, withStage(after, 'review', () => ({ is_active: true })));
  });

  it('takes a new order, a new stage and new names, and what an administrator did not touch stays as others set it', async () => {
    const before = await workflow();
    const stage = { ...before[0], id: uuidv7(), name: 'Kiểm tra “Đầu vào”', is_active: true, sub_stages: [step('Đo'), step('Đo')] } as StageDraft;
    const [first, ...others] = withStage(before, 'intake', () => ({ name: 'Tiếp nhận' }));
    // Somebody else changes a colour meanwhile.
    await central.client.query("update public.workflow_stages set color = '#123456' where id = $1", [stageId('intake')]);
    await save(before, [stage, ...others, ...(first ? [first] : [])]);
    const { rows } = await central.client.query<{ id: string; slug: string; color: string; name: string; stage_order: number }>(
      'select id, slug, color, name, stage_order from public.workflow_stages where organization_id = (select organization_id from public.workflow_stages where id = $1) order by stage_order, id',
      [stageId('intake')],
    );
    expect(rows.map(({ id }) => id)).toEqual([stage.id, ...others.map(({ id }) => id), first?.id]);
    expect(rows[0]?.slug).toBe('kiem_tra_dau_vao');
    expect(rows.at(-1)).toMatchObject({ name: 'Tiếp nhận', color: '#123456' });
    const steps = await central.client.query<{ slug: string }>('select slug from public.workflow_sub_stages where workflow_stage_id = $1 order by sub_stage_order', [stage.id]);
    expect(steps.rows.map(({ slug }) => slug)).toEqual(['do', 'do_2']);
  });

  it('keeps at least one stage, and is changed by administrators only', async () => {
    const before = await workflow();
    const after = before.map((stage) => ({ ...stage, is_active: false }));
    await expect(admin.call('workflow.save', { before, after, occupied: after.map(({ id }) => id) })).rejects.toMatchObject({ code: 'WORKFLOW_EMPTY' });
    await expect(worker.call('workflow.get')).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await expect(worker.call('workflow.save', { before, after: before, occupied: [] })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });
});
