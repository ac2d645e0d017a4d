import { describe, expect, it } from 'vitest';
import {
  editCases,
  moveCases,
  orderEditCases,
  progressCases,
  targetId,
  type CaseProject,
  type MoveCase,
  type Part,
} from './workflow-cases.ts';
import { usual } from './workflow-cases-world.ts';
import {
  decideMove,
  lostByEdit,
  mayApprove,
  mayEditProject,
  maySetProgress,
  nextStage,
  progressStatuses,
  type MoveRequest,
  type ProjectFacts,
} from './workflow.ts';

const me = 'me';
const someoneElse = 'someone else';

const stageOf = ({ workflow, stage }: CaseProject) => workflow.stages.find(({ slug }) => slug === stage);

const factsOf = (one: CaseProject, part: Part | 'step'): ProjectFacts => ({
  status: one.status,
  current_stage_id: stageOf(one)?.id ?? null,
  customer_id: one.hasCustomer ? 'customer' : null,
  estimated_value: one.value,
  assigned_to: part === 'assigned' ? me : someoneElse,
  team: part === 'team' ? [someoneElse, me] : [someoneElse],
  excluded: part === 'excluded' ? [me] : [],
});

/** The request as main/worker/domains/project-facts.ts makes it out of the replica. */
function requestOf(one: MoveCase): MoveRequest {
  const subStages = one.workflow.stages.flatMap((stage) => stage.subStages);
  return {
    person: { id: me, role: one.role },
    project: factsOf(one, one.part),
    stages: one.workflow.stages,
    subStages: (stageOf(one)?.subStages ?? []).filter(({ is_active }) => is_active),
    progress: subStages.flatMap(({ id, slug }) => {
      const status = one.progress[slug];
      return status === undefined ? [] : [{ sub_stage_id: id, status, assigned_to: null }];
    }),
    openApprovals: one.approvals
      .filter(
        ({ type, status }) =>
          type === 'stage_transition' && ['pending', 'in_review', 'delegated', 'escalated'].includes(status),
      )
      .map(({ title }) => ({ id: title, title })),
    toStageId: targetId(one),
    reason: one.reason,
  };
}

describe('a move', () => {
  it.each(moveCases)('$name', (one) => {
    const { allowed, kind, missing } = decideMove(requestOf(one));
    expect(allowed ? { allowed, kind } : { allowed, missing: missing.map(({ code }) => code) }).toEqual(one.expected);
  });

  it('is offered with a reason exactly where a reason makes it allowed', () => {
    for (const one of moveCases) {
      const request = { ...requestOf(one), reason: null };
      const without = decideMove(request);
      const given = decideMove({ ...request, reason: 'Gấp' });
      expect(without.reasonHelps, one.name).toBe(!without.allowed && given.allowed);
    }
  });

  it('is decided the same in whatever order the rows come', () => {
    for (const one of moveCases) {
      const request = requestOf(one);
      const turned = {
        ...request,
        stages: [...request.stages].reverse(),
        subStages: [...request.subStages].reverse(),
        progress: [...request.progress].reverse(),
      };
      expect(decideMove(turned), one.name).toEqual(decideMove(request));
    }
  });

  it('names what is missing', () => {
    const one = moveCases.find(({ name }) => name === 'everything that is missing is listed, in order') as MoveCase;
    expect(decideMove(requestOf(one)).missing.slice(0, 2)).toEqual([
      { code: 'SUB_STAGE_OPEN', detail: 'Step papers' },
      { code: 'APPROVAL_PENDING', detail: 'Nghiệm thu' },
    ]);
  });

  it('is refused for a project that stands in no stage', () => {
    const [one] = moveCases as [MoveCase];
    const request = requestOf(one);
    const decision = decideMove({ ...request, project: { ...request.project, current_stage_id: null } });
    expect(decision.missing.map(({ code }) => code)).toEqual(['STAGE_UNKNOWN']);
  });
});

describe('editing a project', () => {
  it('is open to exactly those whom the cases name', () => {
    const decided = editCases.map((one) => ({
      name: one.name,
      allowed: mayEditProject({ id: me, role: one.role }, factsOf(one, one.part), stageOf(one)),
    }));
    expect(decided).toEqual(editCases.map(({ name, allowed }) => ({ name, allowed })));
  });

  it('takes from an order nothing that it needs', () => {
    const decided = orderEditCases.map((one) => {
      const { clearsCustomer, ...patch } = one.patch;
      const lost = lostByEdit(factsOf(one, one.part), { ...patch, ...(clearsCustomer ? { customer_id: null } : {}) }, one.workflow.stages, stageOf(one));
      return { name: one.name, lost };
    });
    expect(decided).toEqual(orderEditCases.map(({ name, lost }) => ({ name, lost })));
  });

  it('is a manager’s right where the stage is unknown, and nobody’s whom no part ties to the project', () => {
    const facts = { assigned_to: null, team: [], excluded: [] };
    expect(mayEditProject({ id: me, role: 'management' }, facts, undefined)).toBe(true);
    expect(mayEditProject({ id: me, role: 'sales' }, facts, undefined)).toBe(false);
  });
});

describe('setting a sub-stage', () => {
  it.each(progressStatuses)('to %s is open to exactly those whom the cases name', (status) => {
    const cases = progressCases.filter(({ to }) => to === status);
    const decided = cases.map((one) => {
      const subStage = stageOf(one)?.subStages.find(({ slug }) => slug === one.subStage);
      if (!subStage) throw new Error(`no sub-stage ${one.subStage}`);
      const progress = { assigned_to: one.part === 'step' ? me : null };
      const allowed = maySetProgress(
        { id: me, role: one.role },
        factsOf(one, one.part),
        stageOf(one),
        subStage,
        progress,
        status,
      );
      return { name: one.name, allowed };
    });
    expect(decided).toEqual(cases.map(({ name, allowed }) => ({ name, allowed })));
  });
});

describe('the order of stages', () => {
  it('passes over stages that are switched off and lets the id decide between equals', () => {
    const path: (string | null | undefined)[] = [];
    let stage = usual.stages[0] ?? null;
    while (stage) {
      path.push(stage.slug);
      stage = nextStage(usual.stages, stage.id) ?? null;
    }
    expect(path).toEqual(['intake', 'review', 'order_confirmed', 'plan-a', 'plan-b', 'closing']);
  });

  it('tells the end from a stage that is not there', () => {
    expect(nextStage(usual.stages, usual.stages.at(-1)?.id ?? null)).toBeNull();
    expect(nextStage(usual.stages, 'elsewhere')).toBeUndefined();
    expect(nextStage(usual.stages, null)).toBeUndefined();
  });
});

describe('approving', () => {
  it('is open to management for everything and to an admin only where the role is named', () => {
    expect(mayApprove('management', [])).toBe(true);
    expect(mayApprove('admin', ['qa'])).toBe(false);
    expect(mayApprove('admin', ['admin'])).toBe(true);
    expect(mayApprove('qa', ['qa', 'engineering'])).toBe(true);
  });
});
