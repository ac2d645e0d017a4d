import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import type { Role } from '../../shared/domain/roles.ts';
import { usual } from '../../shared/domain/workflow-cases-world.ts';
import type { Sent } from './person.ts';
import { addCaseProjects, addressOf, caseProjectId, type CaseOfPerson } from './workflow-cases.ts';

/** Adds a project to the usual workflow, ready to leave its first stage unless told otherwise; answers its id. */
export async function addCaseProject(client: Client, facts: Partial<CaseOfPerson> = {}): Promise<string> {
  const list = randomUUID();
  const progress = { 'request-read': 'completed', feasible: 'completed', 'signed-off': 'completed' } as const;
  await addCaseProjects(client, list, [
    {
      workflow: usual,
      stage: 'intake',
      status: 'active',
      value: '1.00',
      hasCustomer: true,
      progress,
      approvals: [],
      role: 'qa',
      part: 'none',
      ...facts,
    },
  ]);
  return caseProjectId(list, 0);
}

/** The id of a stage of the usual workflow. */
export function stageId(slug: string): string {
  const stage = usual.stages.find((candidate) => candidate.slug === slug);
  if (!stage) throw new Error(`the usual workflow has no stage ${slug}`);
  return stage.id;
}

/** The address of the usual workflow's person with a role. */
export const usualAddress = (role: Role): string => addressOf(usual, role);

/** The request to move a project. */
export const moveOf = (
  project_id: string,
  from: string,
  to: string | null,
  more: Record<string, unknown> = {},
): Sent => ({
  table: 'project_stage_history',
  row_id: randomUUID(),
  op: 'insert',
  patch: { project_id, from_stage_id: stageId(from), to_stage_id: to === null ? null : stageId(to), ...more },
});

/** The edit of a project. */
export const editOf = (row_id: string, patch: Record<string, unknown>, base: Record<string, unknown> = {}): Sent => ({
  table: 'projects',
  row_id,
  op: 'update',
  patch,
  base,
});
