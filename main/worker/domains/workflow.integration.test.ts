import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { addCaseProject, stageId, usualAddress } from '../../../db/testing/case-project.ts';
import { addCaseOrganizations, addCaseProjects, addressOf, caseProjectId } from '../../../db/testing/workflow-cases.ts';
import { internalRoles } from '../../../shared/domain/roles.ts';
import { moveCases, orderEditCases, targetId, type MoveCase } from '../../../shared/domain/workflow-cases.ts';
import { usual } from '../../../shared/domain/workflow-cases-world.ts';
import { AppError } from '../../../shared/errors.ts';
import { TestDesktop } from '../testing/desktop.ts';

let central: DemoCentral;
const desktops: TestDesktop[] = [];

async function desktopOf(address: string): Promise<TestDesktop> {
  const created = new TestDesktop(central.address);
  desktops.push(created);
  await created.signIn(address);
  await created.settled();
  return created;
}

beforeAll(async () => {
  central = await createDemoCentral();
  await addCaseOrganizations(central.client);
});

afterAll(async () => {
  for (const one of desktops) await one.remove();
  await central.drop();
});

/** Asks the desktop to move; answers as the cases expect it. */
async function move(
  desktop: TestDesktop,
  one: MoveCase,
  id: string,
): Promise<{ allowed: boolean; missing?: string[] }> {
  try {
    await desktop.call('projects.move', { id, to_stage_id: targetId(one), reason: one.reason });
    return { allowed: true };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'MOVE_BLOCKED') throw error;
    return { allowed: false, missing: (error.details['missing'] as { code: string }[]).map(({ code }) => code) };
  }
}

describe('a desktop', () => {
  it.each(internalRoles)(
    'of %s decides every case from its replica as the rules do, and the centre agrees',
    async (role) => {
      const cases = moveCases.filter((one) => one.role === role && one.workflow === usual);
      await addCaseProjects(central.client, role, cases);
      const desktop = await desktopOf(addressOf(usual, role));
      const decided: unknown[] = [];
      for (const [index, one] of cases.entries()) {
        const { name, expected } = one;
        const { allowed, missing } = await move(desktop, one, caseProjectId(role, index));
        decided.push([
          name,
          allowed ? { allowed, kind: expected.allowed ? expected.kind : null } : { allowed, missing },
        ]);
      }
      expect(decided).toEqual(cases.map(({ name, expected }) => [name, expected]));
      await desktop.settled();
      expect(await desktop.call('sync.attention')).toEqual([]);
      const { rows } = await central.client.query<{ project_id: string; kind: string }>(
        'select project_id, kind from public.project_stage_history where project_id = any ($1)',
        [cases.map((_, index) => caseProjectId(role, index))],
      );
      const kinds = new Map(rows.map(({ project_id, kind }) => [project_id, kind]));
      expect(cases.map((_, index) => kinds.get(caseProjectId(role, index)) ?? null)).toEqual(
        cases.map(({ expected }) => (expected.allowed ? expected.kind : null)),
      );
    },
  );

  it('takes nothing from an order that the centre would refuse to take', async () => {
    const cases = orderEditCases.filter(({ workflow }) => workflow === usual);
    await addCaseProjects(central.client, 'order', cases);
    const desktop = await desktopOf(addressOf(usual, 'management'));
    const decided: unknown[] = [];
    for (const [index, { name, patch: { clearsCustomer, ...patch } }] of cases.entries()) {
      const edit = { id: caseProjectId('order', index), patch: { ...patch, ...(clearsCustomer ? { customer_id: null } : {}) } };
      const answer = await desktop.call('project.edit', edit).then(
        () => [],
        (error: unknown) => (error as AppError).details['missing'],
      );
      decided.push([name, answer]);
    }
    expect(decided).toEqual(cases.map(({ name, lost }) => [name, lost]));
    await desktop.settled();
    expect(await desktop.call('sync.attention')).toEqual([]);
  });

  it('shows at once what the centre will make of a move, down to the ids of the sub-stages', async () => {
    const id = await addCaseProject(central.client, { stage: 'review', progress: { feasible: 'blocked' } });
    const desktop = await desktopOf(usualAddress('management'));
    await desktop.call('projects.move', { id, to_stage_id: stageId('intake'), reason: ' Thiếu bản vẽ ' });
    const stable = async () => {
      const page = await desktop.call('projects.get', { id });
      return {
        stage: page.project.current_stage_id,
        status: page.project.status,
        steps: page.sub_stages.map(({ id: step, status, settable }) => ({ step, status, settable })),
        history: page.history.map(({ kind, reason, moved_by_name, from_stage_name, to_stage_name }) => ({
          kind,
          reason,
          moved_by_name,
          from_stage_name,
          to_stage_name,
        })),
        moves: page.moves,
      };
    };
    const shown = await stable();
    expect(shown).toMatchObject({
      stage: stageId('intake'),
      history: [{ kind: 'back', reason: 'Thiếu bản vẽ', moved_by_name: 'management' }],
    });
    await desktop.settled();
    expect(await stable()).toEqual(shown);
  });

  it('keeps a text with characters that no database stores from holding back what comes after it', async () => {
    const id = await addCaseProject(central.client);
    const desktop = await desktopOf(usualAddress('sales'));
    await desktop.call('projects.update', { id, patch: { notes: 'Số\u0000 lượng \ud800 12' } });
    await desktop.settled();
    const { rows } = await central.client.query<{ notes: string }>('select notes from public.projects where id = $1', [
      id,
    ]);
    expect(rows).toEqual([{ notes: 'Số lượng  12' }]);
  });
});
