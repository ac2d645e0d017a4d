import type { Related, RelatedKind, RelatedRow } from '../../../shared/api/project-page.ts';
import { relatedKinds } from '../../../shared/api/project-page.ts';
import { mayAccess } from '../../../shared/domain/access-rules.ts';
import type { Role } from '../../../shared/domain/roles.ts';
import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';

/** So many of a kind are listed; there are seldom more. */
const MOST = 50;

/** What each list shows of its records, by the name of a parameter of `RelatedRow`; what is left out is null. */
const lists: Readonly<Record<RelatedKind, string>> = {
  documents: `
    select r.id, r.category as code, r.title, u.name as who, r.created_at, r.version, r.is_current_version as is_current
      from documents r left join users u on u.id = r.uploaded_by where r.project_id = :id`,
  reviews: `
    select r.id, r.review_type as code, r.comments as title, r.status, u.name as who, r.due_date as due, r.created_at
      from reviews r left join users u on u.id = r.reviewer_id where r.project_id = :id`,
  supplier_rfqs: `
    select r.id, r.rfq_number as code, r.title, r.status, c.company_name as who, r.due_date as due, r.created_at
      from supplier_rfqs r left join contacts c on c.id = r.supplier_id where r.project_id = :id`,
  supplier_quotes: `
    select r.id, r.quote_number as code, q.title, r.status, c.company_name as who, r.valid_until as due,
           r.total_amount as amount, r.currency, r.created_at
      from supplier_rfqs q join supplier_quotes r on r.supplier_rfq_id = q.id left join contacts c on c.id = r.supplier_id
     where q.project_id = :id`,
  purchase_orders: `
    select r.id, r.po_number as code, r.notes as title, r.status, c.company_name as who, r.expected_delivery_date as due,
           r.total_amount as amount, r.currency, r.created_at
      from purchase_orders r left join contacts c on c.id = r.supplier_id where r.project_id = :id`,
  production_orders: `
    select r.id, r.order_number as code, r.title, r.status, u.name as who, r.planned_end_date as due, r.created_at
      from production_orders r left join users u on u.id = r.assigned_to where r.project_id = :id`,
};

const empty: Omit<RelatedRow, 'id' | 'created_at' | 'is_current'> = {
  code: null,
  title: null,
  status: null,
  who: null,
  due: null,
  amount: null,
  currency: null,
  version: null,
};

/** The records of a project that the role reads, newest first. */
export function readRelated({ read }: Replica, role: Role, id: string): Related {
  const facts = { own: true, addressed: true, company: true, shared: true, circle: true };
  const related: Related = {};
  for (const kind of relatedKinds.filter((table) => mayAccess(role, 'read', table, facts))) {
    const rows = prepared(read, `${lists[kind]} order by r.created_at desc, r.id desc`).all({ id }) as Record<string, unknown>[];
    related[kind] = {
      total: rows.length,
      rows: rows.slice(0, MOST).map((row) => {
        const current = row['is_current'] ?? null;
        return { ...empty, ...row, is_current: current === null ? null : current === 1 } as RelatedRow;
      }),
    };
  }
  return related;
}
