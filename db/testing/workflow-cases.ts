import pg, { type Client } from 'pg';
import { roles, type Role } from '../../shared/domain/roles.ts';
import type { CaseProject, Part } from '../../shared/domain/workflow-cases.ts';
import { EXCLUDED } from '../../shared/domain/workflow.ts';
import { workflows, type CaseWorkflow } from '../../shared/domain/workflow-cases-world.ts';
import { demoPassword } from '../../shared/demo-accounts.ts';
import { createPerson } from '../central/people.ts';
import { demoId, type DemoRow } from '../demo/rows.ts';

/* The organizations, people and projects of the workflow's cases, as rows of a centre. */

export const organizationOf = ({ slug }: CaseWorkflow): string => demoId('case-organization', slug);
export const personOf = (workflow: CaseWorkflow, role: Role): string =>
  demoId('case-person', `${workflow.slug} ${role}`);
export const addressOf = (workflow: CaseWorkflow, role: Role): string => `${role}@${workflow.slug}.example`;
const customerOf = (workflow: CaseWorkflow): string => demoId('case-customer', workflow.slug);
/** Somebody who is on every project, so that nobody passes for want of an assignment. */
const colleagueOf = (workflow: CaseWorkflow): string => demoId('case-colleague', workflow.slug);

/** The project of the n-th case of a list. */
export const caseProjectId = (list: string, index: number): string => demoId('case-project', `${list} ${index}`);

/** Adds one organization per workflow, with a person of every role who can sign in with the demo password. */
export async function addCaseOrganizations(client: Client): Promise<void> {
  await asMaintenance(client, async () => {
    for (const workflow of workflows) {
      const organization_id = organizationOf(workflow);
      await insertRows(client, 'organizations', [{ id: organization_id, name: workflow.slug, slug: workflow.slug }]);
      await insertRows(client, 'contacts', [
        { id: customerOf(workflow), organization_id, type: 'customer', company_name: 'Khách hàng' },
      ]);
      await insertRows(client, 'users', [
        ...roles.map((role) => ({
          id: personOf(workflow, role),
          organization_id,
          email: addressOf(workflow, role),
          name: role,
          role,
        })),
        {
          id: colleagueOf(workflow),
          organization_id,
          email: `colleague@${workflow.slug}.example`,
          name: 'colleague',
          role: 'qa',
        },
      ]);
      await insertRows(
        client,
        'workflow_stages',
        workflow.stages.map(({ subStages: _, ...stage }) => ({ organization_id, ...stage })),
      );
      await insertRows(
        client,
        'workflow_sub_stages',
        workflow.stages.flatMap(({ subStages }) => subStages.map((subStage) => ({ organization_id, ...subStage }))),
      );
      for (const role of roles) {
        await createPerson(client, { userId: personOf(workflow, role), password: demoPassword, mustChange: false });
      }
    }
  });
}

export type CaseOfPerson = CaseProject & { role: Role; part: Part | 'step' };

/** Adds a project per case, in the state and with the ties to its person that the case describes. */
export async function addCaseProjects(client: Client, list: string, cases: readonly CaseOfPerson[]): Promise<void> {
  const rows = { projects: [], project_assignments: [], project_sub_stage_progress: [], approvals: [] } as Record<
    'projects' | 'project_assignments' | 'project_sub_stage_progress' | 'approvals',
    DemoRow[]
  >;
  cases.forEach((one, index) => {
    const { workflow, role, part } = one;
    const organization_id = organizationOf(workflow);
    const project_id = caseProjectId(list, index);
    const person = personOf(workflow, role);
    const colleague = colleagueOf(workflow);
    rows.projects.push({
      id: project_id,
      organization_id,
      project_id: `${list}-${index}`,
      title: `${list} ${index}`,
      customer_id: one.hasCustomer ? customerOf(workflow) : null,
      current_stage_id: workflow.stages.find(({ slug }) => slug === one.stage)?.id ?? null,
      status: one.status,
      estimated_value: one.value,
      assigned_to: part === 'assigned' ? person : colleague,
    });
    for (const [user_id, is_active, role] of [
      [colleague, true, 'member'],
      ...(part === 'team' || part === 'former' ? [[person, part === 'team', 'member']] : []),
      ...(part === 'excluded' ? [[person, true, EXCLUDED]] : []),
    ] as [string, boolean, string][]) {
      rows.project_assignments.push({ organization_id, project_id, user_id, is_active, role });
    }
    for (const subStage of workflow.stages.flatMap(({ subStages }) => subStages)) {
      const status = one.progress[subStage.slug];
      if (status === undefined) continue;
      rows.project_sub_stage_progress.push({
        id: progressId(project_id, subStage.slug),
        organization_id,
        project_id,
        workflow_stage_id: subStage.workflow_stage_id,
        sub_stage_id: subStage.id,
        status,
        assigned_to: part === 'step' ? person : colleague,
      });
    }
    for (const { title, type, status } of one.approvals) {
      rows.approvals.push({
        organization_id,
        project_id,
        title,
        approval_type: type,
        status,
        entity_type: 'projects',
        entity_id: project_id,
      });
    }
  });
  await asMaintenance(client, async () => {
    for (const [table, tableRows] of Object.entries(rows)) await insertRows(client, table, tableRows);
  });
}

/** The row of a case project's sub-stage. */
export const progressId = (projectId: string, subStageSlug: string): string =>
  demoId('case-progress', `${projectId} ${subStageSlug}`);

/** Runs as an import does: times stay as written, no rule is asked, nothing is audited. */
export async function asMaintenance(client: Client, work: () => Promise<void>): Promise<void> {
  await client.query('begin');
  try {
    await client.query("select set_config('factory_pulse.maintenance', 'on', true)");
    await client.query('set constraints all deferred');
    await work();
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/** Inserts rows that have the same columns; columns that they do not have take their defaults. */
export async function insertRows(client: Client, table: string, rows: readonly DemoRow[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {})
    .map((column) => pg.escapeIdentifier(column))
    .join(', ');
  if (columns === '') return;
  await client.query(
    `insert into public.${pg.escapeIdentifier(table)} (${columns})
     select ${columns} from jsonb_populate_recordset(null::public.${pg.escapeIdentifier(table)}, $1)`,
    [JSON.stringify(rows)],
  );
}
