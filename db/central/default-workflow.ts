import type { Role } from '../../shared/domain/roles.ts';

export interface DefaultSubStage {
  name: string;
  roles: readonly Role[];
  hours: number;
  color: string;
  /** Roles that must approve it; empty where no approval is needed. */
  approval: readonly Role[];
  /** An optional sub-stage may be skipped. */
  optional: boolean;
}

export interface DefaultStage {
  name: string;
  slug: string;
  color: string;
  roles: readonly Role[];
  days: number;
  exitCriteria: string;
  subStages: readonly DefaultSubStage[];
}

const step = (
  name: string,
  roles: readonly Role[],
  hours: number,
  color: string,
  more: Partial<Pick<DefaultSubStage, 'approval' | 'optional'>> = {},
): DefaultSubStage => ({ name, roles, hours, color, approval: more.approval ?? [], optional: more.optional ?? false });

/** The workflow that a new organization starts with; from then on it is the organization's own data. */
export const defaultWorkflow: readonly DefaultStage[] = [
  {
    name: 'Inquiry Received',
    slug: 'inquiry_received',
    color: '#3B82F6',
    roles: ['sales', 'procurement'],
    days: 1,
    exitCriteria: 'The request is complete and understood, and nothing rules the job out',
    subStages: [
      step('RFQ Documentation Review', ['sales', 'procurement'], 2, '#3B82F6'),
      step('Initial Feasibility Assessment', ['sales', 'engineering'], 4, '#60A5FA'),
      step('Customer Requirements Clarification', ['sales'], 3, '#93C5FD', { optional: true }),
    ],
  },
  {
    name: 'Technical Review',
    slug: 'technical_review',
    color: '#F59E0B',
    roles: ['engineering', 'qa', 'production'],
    days: 2,
    exitCriteria: 'Engineering, quality and production each say that the part can be made as drawn',
    subStages: [
      step('Engineering Technical Review', ['engineering'], 8, '#F59E0B', { approval: ['engineering'] }),
      step('QA Requirements Review', ['qa'], 6, '#FBBF24', { approval: ['qa'] }),
      step('Production Capability Assessment', ['production'], 4, '#FCD34D', { approval: ['production'] }),
      step('Cross-Team Review Meeting', ['engineering', 'qa', 'production'], 2, '#FDE68A', {
        approval: ['engineering', 'qa', 'production'],
      }),
    ],
  },
  {
    name: 'Supplier RFQ Sent',
    slug: 'supplier_rfq_sent',
    color: '#F97316',
    roles: ['procurement'],
    days: 5,
    exitCriteria: 'Enough suppliers have answered for a price to be calculated',
    subStages: [
      step('Supplier Identification', ['procurement'], 4, '#F97316'),
      step('RFQ Preparation', ['procurement'], 6, '#FB923C'),
      step('RFQ Distribution', ['procurement'], 2, '#FDBA74'),
      step('Supplier Response Collection', ['procurement'], 8, '#FED7AA'),
    ],
  },
  {
    name: 'Quoted',
    slug: 'quoted',
    color: '#10B981',
    roles: ['sales', 'procurement'],
    days: 2,
    exitCriteria: 'The customer holds an approved quotation',
    subStages: [
      step('Cost Analysis', ['procurement', 'sales'], 6, '#10B981', { approval: ['procurement'] }),
      step('Quote Preparation', ['sales'], 4, '#34D399', { approval: ['sales'] }),
      step('Quote Review and Approval', ['sales', 'management'], 2, '#6EE7B7', { approval: ['management'] }),
      step('Quote Submission', ['sales'], 1, '#A7F3D0'),
    ],
  },
  {
    name: 'Order Confirmed',
    slug: 'order_confirmed',
    color: '#6366F1',
    roles: ['sales', 'procurement', 'production'],
    days: 3,
    exitCriteria: 'The order is checked against the quotation and the contract is signed',
    subStages: [
      step('Customer PO Review', ['sales', 'procurement'], 4, '#6366F1', { approval: ['sales'] }),
      step('Contract Finalization', ['sales', 'management'], 8, '#818CF8', { approval: ['management'] }),
      step('Production Planning Initiation', ['production', 'sales'], 6, '#A5B4FC'),
    ],
  },
  {
    name: 'Procurement Planning',
    slug: 'procurement_planning',
    color: '#8B5CF6',
    roles: ['procurement', 'production'],
    days: 2,
    exitCriteria: 'Material is ordered and the production dates are firm',
    subStages: [
      step('BOM Finalization', ['engineering', 'procurement'], 8, '#8B5CF6', { approval: ['engineering'] }),
      step('Purchase Order Issuance', ['procurement'], 6, '#A78BFA'),
      step('Material Planning', ['procurement', 'production'], 4, '#C4B5FD'),
      step('Production Schedule Confirmation', ['production'], 4, '#DDD6FE', { approval: ['production'] }),
    ],
  },
  {
    name: 'Production',
    slug: 'in_production',
    color: '#84CC16',
    roles: ['production', 'qa'],
    days: 4,
    exitCriteria: 'The goods have passed inspection and are packed',
    subStages: [
      step('Manufacturing Setup', ['production'], 8, '#84CC16'),
      step('Assembly Process', ['production'], 16, '#A3E635'),
      step('Quality Control Testing', ['qa', 'production'], 8, '#BEF264', { approval: ['qa'] }),
      step('Final Assembly and Packaging', ['production'], 4, '#D9F99D'),
    ],
  },
  {
    name: 'Shipped & Closed',
    slug: 'shipped_closed',
    color: '#6B7280',
    roles: ['sales', 'production'],
    days: 3,
    exitCriteria: 'The customer has the goods and the papers, and the job is closed',
    subStages: [
      step('Shipping Preparation', ['sales', 'production'], 4, '#6B7280'),
      step('Product Delivery', ['sales'], 2, '#9CA3AF'),
      step('Project Documentation', ['sales', 'production'], 4, '#D1D5DB'),
      step('Project Closure', ['sales'], 2, '#E5E7EB', { approval: ['sales'] }),
    ],
  },
];

/** The slug of a default sub-stage: its name in lower case with underscores. */
export const subStageSlug = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
