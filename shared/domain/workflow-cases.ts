import { roles, type Role } from './roles.ts';
import { approvalsOf, atOrder, findStage, tied, unordered, usual, type CaseWorkflow } from './workflow-cases-world.ts';
import { progressStatuses, type Missing, type MoveKind, type ProgressStatus, type ProjectStatus } from './workflow.ts';

/*
 * What the rules of work decide, case by case. The same cases are put to the engine (workflow.test.ts), to the centre
 * (db/central/workflow.integration.test.ts) and to a desktop with its centre (main/worker/domains/). Expectations are
 * written as tables of the rules, and not computed by the code under test.
 */

/**
 * What ties the person to the project: `former` was in its team once, `excluded` is kept out of it, `step` has the
 * sub-stage assigned.
 */
export type Part = 'none' | 'assigned' | 'team' | 'former' | 'excluded';

export interface CaseProject {
  workflow: CaseWorkflow;
  /** Slug of the stage in which the project stands. */
  stage: string;
  status: ProjectStatus;
  value: string | null;
  hasCustomer: boolean;
  /** By the sub-stage's slug; a sub-stage that is not listed has no row. */
  progress: Readonly<Record<string, ProgressStatus>>;
  approvals: readonly { title: string; type: string; status: string }[];
}

export interface MoveCase extends CaseProject {
  name: string;
  role: Role;
  part: Part;
  /** Slug of the stage to enter, of whichever workflow has it. */
  to: string | null;
  reason: string | null;
  expected: { allowed: true; kind: MoveKind } | { allowed: false; missing: readonly Missing['code'][] };
}

export interface EditCase extends CaseProject {
  name: string;
  role: Role;
  part: Part;
  allowed: boolean;
}

/** An edit of what an order needs, by a manager. */
export interface OrderEditCase extends CaseProject {
  name: string;
  role: Role;
  part: Part;
  patch: { estimated_value?: string | null; clearsCustomer?: true };
  lost: readonly Missing['code'][];
}

export interface ProgressCase extends CaseProject {
  name: string;
  role: Role;
  part: Part | 'step';
  subStage: string;
  to: ProgressStatus;
  allowed: boolean;
}

const parts: readonly Part[] = ['none', 'assigned', 'team', 'former', 'excluded'];
const managers: readonly Role[] = ['management', 'admin'];
const external: readonly Role[] = ['supplier', 'customer'];
/** Everything that the intake stage of the usual workflow asks for. */
const done = { 'request-read': 'completed', feasible: 'completed', 'signed-off': 'completed' } as const;

const project: CaseProject = {
  workflow: usual,
  stage: 'intake',
  status: 'active',
  value: '85000000.00',
  hasCustomer: true,
  progress: done,
  approvals: [],
};

const allow = (kind: MoveKind): MoveCase['expected'] => ({ allowed: true, kind });
const refuse = (...missing: Missing['code'][]): MoveCase['expected'] => ({ allowed: false, missing });

type MoveFacts = Partial<Omit<MoveCase, 'name' | 'expected'>>;

const move = (name: string, facts: MoveFacts, expected: MoveCase['expected']): MoveCase => ({
  ...project,
  role: 'sales',
  part: 'none',
  to: 'review',
  reason: null,
  ...facts,
  name,
  expected,
});

/** Who works in a stage besides managers, and where a project goes from it. */
const workers: readonly { stage: string; roles: readonly Role[]; next: string | null }[] = [
  { stage: 'intake', roles: ['sales', 'procurement'], next: 'review' },
  // The stage lists suppliers too: nobody outside ever edits a project.
  { stage: 'review', roles: ['engineering', 'qa'], next: 'order_confirmed' },
  // Switched off since the project came here.
  { stage: 'paused', roles: ['sales'], next: 'order_confirmed' },
  { stage: 'order_confirmed', roles: ['sales', 'production'], next: 'plan-a' },
  { stage: 'plan-a', roles: ['procurement'], next: 'plan-b' },
  { stage: 'plan-b', roles: ['production'], next: 'closing' },
  { stage: 'closing', roles: ['sales'], next: null },
];

const mayWork = (role: Role, part: Part, stageRoles: readonly Role[]): boolean =>
  !external.includes(role) &&
  (managers.includes(role) ||
    (part !== 'excluded' && (stageRoles.includes(role) || part === 'assigned' || part === 'team')));

export const editCases: readonly EditCase[] = workers.flatMap(({ stage, roles: stageRoles }) =>
  roles.flatMap((role) =>
    parts.map((part) => ({
      ...project,
      progress: {},
      name: `${role} (${part}) edits a project in ${stage}`,
      role,
      part,
      stage,
      allowed: mayWork(role, part, stageRoles),
    })),
  ),
);

const onwards: readonly MoveCase[] = workers.flatMap(({ stage, roles: stageRoles, next }) =>
  roles.flatMap((role) =>
    parts.map((part) =>
      move(
        `${role} (${part}) moves on from ${stage}`,
        { role, part, stage, to: next, progress: { ...done, papers: 'completed' } },
        mayWork(role, part, stageRoles) ? allow(next === null ? 'leave' : 'advance') : refuse('NOT_RESPONSIBLE'),
      ),
    ),
  ),
);

const detours: readonly MoveCase[] = roles.flatMap((role) =>
  [null, 'Khách hàng yêu cầu'].flatMap((reason) =>
    (['skip', 'back'] as const).map((kind) =>
      move(
        `${role} (assigned) goes ${kind} ${reason === null ? 'without' : 'with'} a reason`,
        {
          role,
          part: 'assigned',
          reason,
          progress: {},
          ...(kind === 'skip' ? { to: 'order_confirmed' } : { stage: 'plan-b', to: 'intake' }),
        },
        external.includes(role)
          ? refuse('NOT_RESPONSIBLE')
          : !managers.includes(role)
            ? refuse('MANAGER_REQUIRED')
            : reason === null
              ? refuse('REASON_REQUIRED')
              : allow(kind),
      ),
    ),
  ),
);

const anyStatus: readonly (ProgressStatus | null)[] = [null, ...progressStatuses];

/** The statuses (null: no row) in which a sub-stage of the intake lets the project go. */
const passing: Readonly<Record<string, readonly (ProgressStatus | null)[]>> = {
  'request-read': ['completed'],
  feasible: ['completed', 'skipped'],
  clarified: anyStatus,
  courtesy: anyStatus,
  'old-step': anyStatus,
  'signed-off': ['completed'],
};

const gates: readonly MoveCase[] = Object.entries(passing).flatMap(([subStage, statuses]) =>
  anyStatus.flatMap((status) => {
    const { [subStage]: _, ...others }: Record<string, ProgressStatus> = done;
    const progress = status === null ? others : { ...others, [subStage]: status };
    const what = `${subStage} is ${status ?? 'not begun'}`;
    const gate = statuses.includes(status) ? allow('advance') : refuse('SUB_STAGE_OPEN');
    return [
      move(`sales moves on while ${what}`, { progress }, gate),
      move(`management moves on while ${what}`, { progress, role: 'management' }, gate),
      move(
        `management moves on with a reason while ${what}`,
        { progress, role: 'management', reason: 'Gấp' },
        allow('advance'),
      ),
    ];
  }),
);

const approvals: readonly MoveCase[] = approvalsOf(['pending', 'in_review', 'delegated', 'escalated'], {
  types: [
    'document_approval',
    'engineering_change',
    'supplier_qualification',
    'purchase_order',
    'cost_approval',
    'quality_review',
    'production_release',
    'shipping_approval',
    'contract_approval',
    'budget_approval',
    'safety_review',
    'custom',
  ],
  statuses: [
    'pending',
    'in_review',
    'approved',
    'rejected',
    'delegated',
    'expired',
    'cancelled',
    'auto_approved',
    'escalated',
  ],
}).flatMap(({ approval, blocks }) => [
  move(
    `sales moves on with a ${approval.type} that is ${approval.status}`,
    { approvals: [approval] },
    blocks ? refuse('APPROVAL_PENDING') : allow('advance'),
  ),
  move(
    `admin moves on with a reason and a ${approval.type} that is ${approval.status}`,
    { approvals: [approval], role: 'admin', reason: 'Duyệt sau' },
    allow('advance'),
  ),
]);

/** Moves and whether they come to Order Confirmed or beyond, where a value and a customer are due. */
const borders: readonly { from: string; to: string | null; kind: MoveKind; due: boolean }[] = [
  { from: 'intake', to: 'review', kind: 'advance', due: false },
  { from: 'review', to: 'order_confirmed', kind: 'advance', due: true },
  { from: 'order_confirmed', to: 'plan-a', kind: 'advance', due: true },
  { from: 'closing', to: null, kind: 'leave', due: true },
  { from: 'review', to: 'plan-a', kind: 'skip', due: true },
  { from: 'plan-b', to: 'order_confirmed', kind: 'back', due: false },
];

const orders: readonly MoveCase[] = borders.flatMap(({ from, to, kind, due }) =>
  [null, '0.00', '0.01', '85000000.00'].flatMap((value) =>
    [true, false].flatMap((hasCustomer) => {
      const missing: Missing['code'][] = [];
      if (due && (value === null || value === '0.00')) missing.push('VALUE_REQUIRED');
      if (due && !hasCustomer) missing.push('CUSTOMER_REQUIRED');
      const expected = missing.length > 0 ? refuse(...missing) : allow(kind);
      const facts = { stage: from, to, value, hasCustomer, progress: { ...done, papers: 'completed' } } as const;
      const what = `${kind} from ${from} to ${to ?? 'the end'}, value ${value ?? 'none'}, ${hasCustomer ? 'a' : 'no'} customer`;
      const byManager = move(
        `management, reason given: ${what}`,
        { ...facts, role: 'management', reason: 'Gấp' },
        expected,
      );
      return kind === 'skip' || kind === 'back'
        ? [byManager]
        : [
            byManager,
            move(`engineering (assigned): ${what}`, { ...facts, role: 'engineering', part: 'assigned' }, expected),
          ];
    }),
  ),
);

/** The stages in which a project can stand, and whether it is an order there. */
const standing: readonly { workflow: CaseWorkflow; stage: string; due: boolean }[] = [
  { workflow: usual, stage: 'intake', due: false },
  { workflow: usual, stage: 'paused', due: false },
  { workflow: usual, stage: 'order_confirmed', due: true },
  { workflow: usual, stage: 'plan-a', due: true },
  { workflow: usual, stage: 'closing', due: true },
  ...atOrder.map(({ to, due }) => ({ workflow: tied, stage: to, due })),
  { workflow: unordered, stage: 'finish', due: false },
];

const orderPatches: readonly { what: string; patch: OrderEditCase['patch'] }[] = [
  { what: 'clears the value', patch: { estimated_value: null } },
  { what: 'sets the value to 0', patch: { estimated_value: '0.00' } },
  { what: 'sets another value', patch: { estimated_value: '5.00' } },
  { what: 'clears the customer', patch: { clearsCustomer: true } },
  { what: 'clears both', patch: { estimated_value: null, clearsCustomer: true } },
  { what: 'clears the customer and sets a value', patch: { estimated_value: '5.00', clearsCustomer: true } },
];

export const orderEditCases: readonly OrderEditCase[] = standing.flatMap(({ workflow, stage, due }) =>
  [null, '85000000.00'].flatMap((value) =>
    [true, false].flatMap((hasCustomer) =>
      orderPatches.map(({ what, patch }) => {
        const lost: Missing['code'][] = [];
        const emptied = patch.estimated_value === null || patch.estimated_value === '0.00';
        if (due && value !== null && emptied) lost.push('VALUE_REQUIRED');
        if (due && hasCustomer && patch.clearsCustomer) lost.push('CUSTOMER_REQUIRED');
        return {
          ...project,
          workflow,
          stage,
          value,
          hasCustomer,
          progress: {},
          role: 'management' as const,
          part: 'none' as const,
          name: `${workflow.slug}, ${stage}, value ${value ?? 'none'}, ${hasCustomer ? 'a' : 'no'} customer: ${what}`,
          patch,
          lost,
        };
      }),
    ),
  ),
);

const standstill: readonly MoveCase[] = (['on_hold', 'cancelled', 'completed'] as const).flatMap((status) =>
  (['sales', 'qa', 'management'] as const).flatMap((role) => [
    move(`${role} moves a project on that is ${status}`, { role, status, reason: 'Gấp' }, refuse('PROJECT_NOT_ACTIVE')),
    move(
      `${role} moves a project back that is ${status}`,
      { role, status, stage: 'plan-b', to: 'intake', reason: 'Gấp' },
      refuse('PROJECT_NOT_ACTIVE'),
    ),
  ]),
);

const blanks = ['', ' ', '\t\n', '\r\n\v\f', '\u00a0\u3000', '\u2003\u2028\ufeff'];
const words = ['x', ' x ', '\tKhách\n', '\u200b', '\u180e'];

const reasons: readonly MoveCase[] = [
  ...blanks.flatMap((reason) => [
    move(
      `a skip with the reason ${JSON.stringify(reason)}`,
      { role: 'admin', to: 'order_confirmed', reason },
      refuse('REASON_REQUIRED'),
    ),
    move(
      `an open gate with the reason ${JSON.stringify(reason)}`,
      { role: 'admin', progress: {}, reason },
      refuse('SUB_STAGE_OPEN', 'SUB_STAGE_OPEN', 'SUB_STAGE_OPEN'),
    ),
  ]),
  ...words.flatMap((reason) => [
    move(
      `a skip with the reason ${JSON.stringify(reason)}`,
      { role: 'admin', to: 'order_confirmed', reason },
      allow('skip'),
    ),
    move(
      `an open gate with the reason ${JSON.stringify(reason)}`,
      { role: 'admin', progress: {}, reason },
      allow('advance'),
    ),
  ]),
];

const boss = { role: 'management', reason: 'Gấp' } as const;

const special: readonly MoveCase[] = [
  move('into the stage where it stands', { to: 'intake' }, refuse('SAME_STAGE')),
  move(
    'into the switched-off stage where it stands',
    { ...boss, stage: 'paused', to: 'paused' },
    refuse('STAGE_UNKNOWN'),
  ),
  move('into a stage that is switched off', { ...boss, to: 'paused' }, refuse('STAGE_UNKNOWN')),
  move("into another organization's stage", { ...boss, to: 'start' }, refuse('STAGE_UNKNOWN')),
  move('into a stage that does not exist', { ...boss, to: 'nowhere' }, refuse('STAGE_UNKNOWN')),
  move('out of a stage that is not the last', { to: null }, refuse('STAGE_UNKNOWN')),
  move(
    'out of a stage that is not the last, by a manager with a reason',
    { ...boss, to: null },
    refuse('STAGE_UNKNOWN'),
  ),
  move('out of the last stage with papers open', { stage: 'closing', to: null }, refuse('SUB_STAGE_OPEN')),
  move(
    'out of the last stage with papers open, by a manager with a reason',
    { ...boss, stage: 'closing', to: null },
    allow('leave'),
  ),
  move('an unknown stage is told before a missing right', { role: 'qa', to: 'nowhere' }, refuse('STAGE_UNKNOWN')),
  move(
    'a missing right is told before a manager is asked for',
    { role: 'qa', to: 'order_confirmed' },
    refuse('NOT_RESPONSIBLE'),
  ),
  move(
    'an order without value is told before the reason',
    { role: 'admin', value: null, to: 'order_confirmed' },
    refuse('VALUE_REQUIRED'),
  ),
  move(
    'everything that is missing is listed, in order',
    {
      stage: 'closing',
      to: null,
      value: null,
      hasCustomer: false,
      approvals: [{ title: 'Nghiệm thu', type: 'stage_transition', status: 'pending' }],
    },
    refuse('SUB_STAGE_OPEN', 'APPROVAL_PENDING', 'VALUE_REQUIRED', 'CUSTOMER_REQUIRED'),
  ),
  move(
    'a reason leaves only what no reason replaces',
    {
      ...boss,
      stage: 'closing',
      to: null,
      value: null,
      hasCustomer: false,
      approvals: [{ title: 'Nghiệm thu', type: 'stage_transition', status: 'pending' }],
    },
    refuse('VALUE_REQUIRED', 'CUSTOMER_REQUIRED'),
  ),
  move(
    'several approvals are listed each',
    { approvals: ['A', 'B'].map((title) => ({ title, type: 'stage_transition', status: 'pending' })) },
    refuse('APPROVAL_PENDING', 'APPROVAL_PENDING'),
  ),
  move(
    'an approval that waits stops nobody who goes back',
    {
      ...boss,
      stage: 'plan-b',
      to: 'intake',
      approvals: [{ title: 'A', type: 'stage_transition', status: 'pending' }],
    },
    allow('back'),
  ),
  move(
    'progress in other stages counts for nothing',
    { stage: 'closing', to: null, progress: done },
    refuse('SUB_STAGE_OPEN'),
  ),
  // plan-a and plan-b have the same place; the id decides.
  move(
    'past the first of two stages with the same place',
    { ...boss, stage: 'order_confirmed', to: 'plan-b' },
    allow('skip'),
  ),
  move('past the second of two stages with the same place', { ...boss, stage: 'plan-a', to: 'closing' }, allow('skip')),
  move('back between two stages with the same place', { ...boss, stage: 'plan-b', to: 'plan-a' }, allow('back')),
  move('back into a switched-off stage', { ...boss, stage: 'plan-b', to: 'paused' }, refuse('STAGE_UNKNOWN')),
  move('back out of a switched-off stage', { ...boss, stage: 'paused', to: 'review' }, allow('back')),
  ...atOrder.map(({ to, due }) =>
    move(
      `without a value into ${to}, beside a switched-off Order Confirmed with the same place`,
      { ...boss, workflow: tied, stage: 'begin', to, value: null, progress: {} },
      due ? refuse('VALUE_REQUIRED') : allow('advance'),
    ),
  ),
  move(
    'without a value where no stage is called Order Confirmed',
    { workflow: unordered, stage: 'start', to: 'finish', value: null, hasCustomer: false, progress: {} },
    allow('advance'),
  ),
  move(
    'out of the last stage without a value where no stage is called Order Confirmed',
    { workflow: unordered, stage: 'finish', to: null, value: null, hasCustomer: false, progress: {} },
    allow('leave'),
  ),
];

export const moveCases: readonly MoveCase[] = [
  ...onwards,
  ...detours,
  ...gates,
  ...approvals,
  ...orders,
  ...standstill,
  ...reasons,
  ...special,
];

const intakeRoles: readonly Role[] = ['admin', 'management', 'sales', 'procurement'];

/** Who may set which status of an intake's sub-stage without any part in the project; skipping and approving differ. */
const setters: Readonly<
  Record<string, { roles: readonly Role[]; skippable: boolean; approvers: readonly Role[] | null }>
> = {
  'request-read': { roles: intakeRoles, skippable: false, approvers: null },
  feasible: { roles: [...intakeRoles, 'engineering'], skippable: true, approvers: null },
  clarified: { roles: intakeRoles, skippable: true, approvers: null },
  courtesy: { roles: [...intakeRoles, 'qa'], skippable: true, approvers: null },
  // Approved by quality, or by management, which approves anything; an admin does not.
  'signed-off': { roles: [...intakeRoles, 'engineering'], skippable: false, approvers: ['management', 'qa'] },
};

export const progressCases: readonly ProgressCase[] = Object.entries(setters).flatMap(
  ([subStage, { roles: own, skippable, approvers }]) =>
    progressStatuses.flatMap((to) =>
      roles.flatMap((role) =>
        (['none', 'assigned', 'team', 'former', 'step', 'excluded'] as const).map((part) => {
          const works = own.includes(role) || part === 'assigned' || part === 'team' || part === 'step';
          const mayDoThis =
            to === 'skipped' ? skippable && works : to === 'completed' && approvers ? approvers.includes(role) : works;
          return {
            ...project,
            name: `${role} (${part}) sets ${subStage} to ${to}`,
            role,
            part,
            subStage,
            to,
            progress: { [subStage]: to === 'pending' ? ('in_progress' as const) : ('pending' as const) },
            allowed: !external.includes(role) && mayDoThis && (part !== 'excluded' || managers.includes(role)),
          };
        }),
      ),
    ),
);

/** The id of a case's target: null to leave, and an id that no stage has where no workflow knows the slug. */
export const targetId = ({ to }: Pick<MoveCase, 'to'>): string | null =>
  to === null ? null : (findStage(to)?.id ?? '00000000-0000-4000-8000-00000000ffff');
