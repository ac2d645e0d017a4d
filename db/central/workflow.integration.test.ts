import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isInternal, type Role } from '../../shared/domain/roles.ts';
import { editCases, moveCases, orderEditCases, progressCases, targetId } from '../../shared/domain/workflow-cases.ts';
import { createDemoCentral, type DemoCentral } from '../testing/demo-central.ts';
import { connectAs, push, type Answer, type Sent } from '../testing/person.ts';
import {
  addCaseOrganizations,
  addCaseProjects,
  addressOf,
  caseProjectId,
  progressId,
  type CaseOfPerson,
} from '../testing/workflow-cases.ts';

let central: DemoCentral;
const connections = new Map<string, Client>();

beforeAll(async () => {
  central = await createDemoCentral();
  await addCaseOrganizations(central.client);
});

afterAll(async () => {
  for (const client of connections.values()) await client.end();
  await central.drop();
});

async function connection(address: string): Promise<Client> {
  const open = connections.get(address) ?? (await connectAs(central, address));
  connections.set(address, open);
  return open;
}

/** Puts every case to the centre as its own person, over that person's own connection, and answers case by case. */
async function ask<Case extends CaseOfPerson>(
  list: string,
  cases: readonly Case[],
  mutationOf: (one: Case, projectId: string) => Sent,
): Promise<Answer[]> {
  await addCaseProjects(central.client, list, cases);
  const byPerson = new Map<string, { one: Case; index: number }[]>();
  cases.forEach((one, index) => {
    const address = addressOf(one.workflow, one.role);
    byPerson.set(address, [...(byPerson.get(address) ?? []), { one, index }]);
  });
  const answers: Answer[] = [];
  for (const [address, group] of byPerson) {
    const client = await connection(address);
    const given = await push(
      client,
      group.map(({ one, index }) => mutationOf(one, caseProjectId(list, index))),
    );
    given.forEach((answer, place) => {
      const asked = group[place];
      if (asked) answers[asked.index] = answer;
    });
  }
  return answers;
}

/** People outside have no right to send such a change at all, whatever it says. */
const outside = (role: Role): boolean => !isInternal(role);

describe('the centre decides as the engine does', () => {
  it('over every move', async () => {
    const answers = await ask('move', moveCases, (one, project_id) => ({
      table: 'project_stage_history',
      row_id: randomUUID(),
      op: 'insert',
      patch: {
        project_id,
        from_stage_id: one.workflow.stages.find(({ slug }) => slug === one.stage)?.id,
        to_stage_id: targetId(one),
        reason: one.reason,
      },
    }));
    const { rows } = await central.client.query<{ project_id: string; kind: string }>(
      'select project_id, kind from public.project_stage_history',
    );
    const kinds = new Map(rows.map(({ project_id, kind }) => [project_id, kind]));
    const decided = answers.map((answer, index) =>
      answer.status === 'applied'
        ? { allowed: true, kind: kinds.get(caseProjectId('move', index)) }
        : {
            allowed: false,
            missing: answer.code === 'MOVE_BLOCKED' ? answer.details?.missing?.map(({ code }) => code) : answer.code,
          },
    );
    const expected = moveCases.map(({ role, expected: engine }) =>
      outside(role) ? { allowed: false, missing: 'NOT_ALLOWED' } : engine,
    );
    expect(named(moveCases, decided)).toEqual(named(moveCases, expected));
  });

  it('over every edit of a project', async () => {
    const answers = await ask('edit', editCases, (_, row_id) => ({
      table: 'projects',
      row_id,
      op: 'update',
      patch: { title: 'Bản sửa' },
    }));
    const expected = editCases.map(({ role, allowed }) =>
      allowed ? 'applied' : outside(role) ? 'NOT_ALLOWED' : 'EDIT_NOT_ALLOWED',
    );
    expect(named(editCases, answers.map(outcome))).toEqual(named(editCases, expected));
  });

  it('over every edit that takes something from an order', async () => {
    const answers = await ask('order', orderEditCases, ({ patch: { clearsCustomer, ...patch } }, row_id) => ({
      table: 'projects',
      row_id,
      op: 'update',
      patch: { ...patch, ...(clearsCustomer ? { customer_id: null } : {}) },
    }));
    const decided = answers.map((answer) => (answer.status === 'refused' ? [answer.code, answer.details?.missing] : 'applied'));
    const expected = orderEditCases.map(({ lost }) => (lost.length > 0 ? ['ORDER_INCOMPLETE', lost] : 'applied'));
    expect(named(orderEditCases, decided)).toEqual(named(orderEditCases, expected));
  });

  it('over every sub-stage that somebody sets', async () => {
    const answers = await ask('progress', progressCases, ({ subStage, to }, projectId) => ({
      table: 'project_sub_stage_progress',
      row_id: progressId(projectId, subStage),
      op: 'update',
      patch: { status: to },
    }));
    const expected = progressCases.map(({ role, allowed }) =>
      allowed ? 'applied' : outside(role) ? 'NOT_ALLOWED' : 'SUB_STAGE_NOT_ALLOWED',
    );
    expect(named(progressCases, answers.map(outcome))).toEqual(named(progressCases, expected));
  });

  it('over every sub-stage that has no row yet', async () => {
    const cases = progressCases.filter(({ part }) => part !== 'step').map((one) => ({ ...one, progress: {} }));
    const answers = await ask('begin', cases, ({ workflow, subStage, to }, project_id) => ({
      table: 'project_sub_stage_progress',
      row_id: progressId(project_id, subStage),
      op: 'insert',
      patch: {
        project_id,
        sub_stage_id: workflow.stages.flatMap(({ subStages }) => subStages).find(({ slug }) => slug === subStage)?.id,
        workflow_stage_id: workflow.stages[0]?.id,
        status: to,
      },
    }));
    const expected = cases.map(({ role, allowed }) =>
      allowed ? 'applied' : outside(role) ? 'NOT_ALLOWED' : 'SUB_STAGE_NOT_ALLOWED',
    );
    expect(named(cases, answers.map(outcome))).toEqual(named(cases, expected));
  });
});

const outcome = (answer: Answer): string | undefined => (answer.status === 'refused' ? answer.code : answer.status);

const named = (cases: readonly { name: string }[], values: readonly unknown[]): unknown[] =>
  cases.map(({ name }, index) => [name, values[index]]);
