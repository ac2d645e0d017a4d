import { randomInt } from 'node:crypto';
import { and, asc, desc, eq, gte } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import type { TakenFile } from '../../../shared/api/files.ts';
import { intakeDraft, type intakeApi, type IntakeDrafts, type newProject, type SimilarProject } from '../../../shared/api/intake.ts';
import { mayAccess } from '../../../shared/domain/access-rules.ts';
import { foldText } from '../../../shared/domain/fold-text.ts';
import {
  beginnings,
  firstStage,
  intakeTypes,
  LIKE,
  likeness,
  provisionalCode,
  type FirstStage,
  type IntakeType,
} from '../../../shared/domain/intake.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { mayEditProject, orderConditions, type Stage } from '../../../shared/domain/workflow.ts';
import { AppError } from '../../../shared/errors.ts';
import { projects, workflowStages, workflowSubStages } from '../../../db/replica/schema.ts';
import { durably, type Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import type { Mutation } from '../replica/write-path.ts';
import type { OpenSession } from '../session.ts';
import { createContact, readContact } from './contact-commands.ts';
import type { Handlers } from './context.ts';
import { createDocument } from './document-commands.ts';
import { latestOf } from './customer-projects.ts';
import { dayIn, newRow, openedSubStages } from './project-changes.ts';
import { readStages } from './project-rows.ts';

type NewProject = z.output<typeof newProject>;

const SIMILAR_DAYS = 90;
const SIMILAR_SHOWN = 5;
/** The same inquiry comes again soon, not after so many others of the customer. */
const SIMILAR_AMONG = 200;
/** Tags and sources that the form offers. */
const OFFERED = 30;

export const intakeHandlers: Handlers<keyof typeof intakeApi> = {
  'intake.form': (session) => {
    demandIntake(session);
    const { person, organization } = session.current();
    const stages = readStages(session.replica, false);
    return {
      beginnings: intakeTypes.map((type) => {
        const first = firstStage(type, stages, person.role);
        return {
          type,
          stage: first && { id: first.stage.id, name: first.stage.name, color: first.stage.color },
          instead: first?.instead ?? false,
          priority: beginnings[type].priority,
          may_attach: first !== null && mayAttach(session, first.stage),
          needs_order: first !== null && orderConditions({ estimated_value: null, customer_id: null }, stages, first.stage).length > 0,
        };
      }),
      may_create_customer: mayAccess(person.role, 'insert', 'contacts', { contactType: 'customer' }),
      default_currency: organization.default_currency,
      tags: offered(session.replica, `select t.value as word from recent p, json_each(p.tags) t`),
      sources: offered(session.replica, `select p.source as word from recent p where p.source <> ''`),
    };
  },

  'intake.drafts': (session) => readDrafts(session),

  'intake.saveDraft': (session, { intake_type, draft }) => {
    const kept = readDrafts(session);
    storeDrafts(session, { drafts: { ...kept.drafts, [intake_type]: draft }, last: intake_type });
    return null;
  },

  'intake.discardDraft': (session, { intake_type }) => {
    storeDrafts(session, withoutDraft(readDrafts(session), intake_type));
    return null;
  },

  'intake.similar': (session, { customer_id, title }) => readSimilar(session.replica, customer_id, title),

  'projects.create': (session, input) => {
    const at = new Date();
    const customer = input.customer && 'create' in input.customer ? createContact(session, input.customer.create, at) : null;
    const existing = input.customer && 'id' in input.customer ? readContact(session.replica, input.customer.id).id : null;
    const { mutation, first } = createProject(session, input, customer?.row_id ?? existing, at);
    const allowed = mayAttach(session, first.stage);
    const documents = input.attachments.map((file) => ({ file, made: createDocument(session, documentOf(file, mutation.row_id), allowed) }));
    session.accept([...(customer ? [customer] : []), mutation, ...documents.flatMap(({ made }) => made)], () => {
      session.meta.set({ intake_drafts: JSON.stringify(withoutDraft(readDrafts(session), input.intake_type)) });
      for (const { file, made } of documents) session.files.queueUpload(made[0]?.row_id ?? '', file.sha256);
      return documents.length > 0 ? ['file_transfers'] : [];
    });
    return {
      id: mutation.row_id,
      project_id: mutation.patch['project_id'] as string,
      stage: first.stage.name,
      instead: first.instead,
    };
  },
};

/** Of a project that is not there yet, nobody is part: the stage alone decides, as `mayEditProject` says. */
function mayAttach(session: OpenSession, stage: Stage): boolean {
  const { person } = session.current();
  const editable = mayEditProject(person, { assigned_to: null, team: [], excluded: [] }, stage);
  return mayAccess(person.role, 'insert', 'documents', { editable });
}

const documentOf = (file: TakenFile, projectId: string) => ({
  title: file.name,
  description: null,
  category: null,
  tags: [],
  access_level: 'internal' as const,
  project_id: projectId,
  source: { file },
});

function demandIntake(session: OpenSession): void {
  const { role } = session.current().person;
  if (!mayAccess(role, 'insert', 'projects')) throw new AppError('NOT_ALLOWED', `role ${role} takes in no inquiries`);
}

/** Where an inquiry begins. Fails with NOT_ALLOWED, or STAGE_MISSING where no stage is in use in which it could. */
function beginningOf(session: OpenSession, type: IntakeType, stages: readonly Stage[]): FirstStage<Stage> {
  demandIntake(session);
  const first = firstStage(type, stages, session.current().person.role);
  if (!first) throw new AppError('STAGE_MISSING', `no stage in which ${type} could begin`);
  return first;
}

function createProject(
  session: OpenSession,
  input: NewProject,
  customerId: string | null,
  at: Date,
): { mutation: Mutation; first: FirstStage<Stage> } {
  const { person, organization } = session.current();
  const stages = readStages(session.replica, false);
  const first = beginningOf(session, input.intake_type, stages);
  const facts = { estimated_value: input.price, customer_id: customerId };
  const missing = orderConditions(facts, stages, first.stage);
  if (missing.length > 0) throw new AppError('MOVE_BLOCKED', 'an order needs a value and a customer', { missing, reason_helps: false });

  const now = formatTimestamp(at);
  const id = uuidv7();
  const sign = (): number => randomInt(1_000_000) / 1_000_000;
  const set = {
    ...facts,
    project_id: provisionalCode(dayIn(organization.timezone, at), [sign(), sign(), sign()]),
    title: input.title,
    current_stage_id: first.stage.id,
    status: 'active',
    priority_level: beginnings[input.intake_type].priority,
    currency: input.currency,
    estimated_delivery_date: input.delivery_date,
    source: input.source,
    tags: [...new Set(input.tags)],
    metadata: specification(input),
    notes: input.notes,
    intake_type: input.intake_type,
    intake_source: 'desktop',
  };
  return {
    first,
    mutation: {
      table_name: 'projects',
      row_id: id,
      op: 'insert',
      patch: Object.fromEntries(Object.entries(set).filter(([, value]) => value !== null)),
      derived: { ...newRow(person.organization_id, now), created_by: person.id, stage_entered_at: now },
      effects: openings(session.replica, { id, organization_id: person.organization_id }, first.stage.id, now),
    },
  };
}

/** The steps of the first stage, as the centre opens them. */
export const openings = (replica: Replica, project: { id: string; organization_id: string }, stageId: string, now: string) =>
  openedSubStages(
    {
      project,
      progress: [],
      subStages: replica.db
        .select()
        .from(workflowSubStages)
        .where(and(eq(workflowSubStages.workflow_stage_id, stageId), eq(workflowSubStages.is_active, true)))
        .orderBy(asc(workflowSubStages.sub_stage_order))
        .all(),
    },
    stageId,
    now,
  );

function specification({ quantity, material, links, files }: NewProject): Record<string, unknown> {
  const given = (list: readonly string[]): string[] => list.filter((line) => line !== '');
  return {
    ...(quantity === null ? {} : { quantity: String(Number(quantity)) === quantity ? Number(quantity) : quantity }),
    ...(material === null ? {} : { material }),
    ...(given(links).length > 0 ? { links: given(links) } : {}),
    ...(given(files).length > 0 ? { file_names: given(files) } : {}),
  };
}

/**
 * A refused creation once more. A stage that went out of use would be refused for ever, so the project begins where an
 * inquiry of its type begins now.
 */
export function createAgain(session: OpenSession, rowId: string, patch: Record<string, unknown>, derived: Record<string, unknown>): Mutation {
  const stages = readStages(session.replica, false);
  const type = intakeTypes.find((one) => one === patch['intake_type']);
  const stageId = type === undefined ? (patch['current_stage_id'] as string) : beginningOf(session, type, stages).stage.id;
  const { organization_id } = session.current().person;
  return {
    table_name: 'projects',
    row_id: rowId,
    op: 'insert',
    patch: { ...patch, current_stage_id: stageId },
    derived,
    effects: openings(session.replica, { id: rowId, organization_id }, stageId, formatTimestamp(new Date())),
  };
}

function readDrafts({ meta }: OpenSession): IntakeDrafts {
  const stored = JSON.parse(meta.get('intake_drafts') ?? '{"drafts": {}, "last": null}') as IntakeDrafts;
  // What another version of the application wrote is left where it is, and not shown.
  const drafts = Object.entries(stored.drafts).filter(([, draft]) => intakeDraft.safeParse(draft).success);
  return { drafts: Object.fromEntries(drafts), last: stored.last };
}

const storeDrafts = ({ replica, meta }: OpenSession, drafts: IntakeDrafts): void =>
  durably(replica.write, 'FULL', () => meta.set({ intake_drafts: JSON.stringify(drafts) }));

const withoutDraft = ({ drafts, last }: IntakeDrafts, type: IntakeType): IntakeDrafts => ({
  drafts: Object.fromEntries(Object.entries(drafts).filter(([of]) => of !== type)),
  last: last === type ? null : last,
});

/** What the organization's newest projects use, the most frequent first. */
const offered = ({ read }: Replica, words: string): string[] =>
  prepared(
    read,
    `with recent as (select tags, source from projects order by updated_at desc limit 500)
     select word from (${words}) group by word order by count(*) desc, word limit ${OFFERED}`,
  )
    .pluck()
    .all() as string[];

function readSimilar({ db }: Replica, customerId: string, title: string): SimilarProject[] {
  const since = formatTimestamp(new Date(Date.now() - SIMILAR_DAYS * 86_400_000));
  const wanted = foldText(title);
  return db
    .select({
      id: projects.id,
      project_id: projects.project_id,
      title: projects.title,
      stage_name: workflowStages.name,
      created_at: projects.created_at,
    })
    .from(projects)
    .leftJoin(workflowStages, eq(workflowStages.id, projects.current_stage_id))
    .where(and(latestOf(customerId, SIMILAR_AMONG), gte(projects.created_at, since)))
    .orderBy(desc(projects.created_at))
    .all()
    .filter((project) => likeness(wanted, foldText(project.title)) >= LIKE)
    .slice(0, SIMILAR_SHOWN);
}
