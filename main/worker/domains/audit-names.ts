import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';

/** What a record of a table is called. */
const ownNames: Readonly<Record<string, string>> = {
  users: 'name',
  contacts: 'company_name',
  organizations: 'name',
  workflow_stages: 'name',
  workflow_sub_stages: 'name',
  documents: 'title',
  document_versions: 'file_name',
  approvals: 'title',
  approval_chains: 'name',
  approval_attachments: 'file_name',
  inventory_items: 'name',
  supplier_rfqs: 'rfq_number',
  supplier_quotes: 'quote_number',
  purchase_orders: 'po_number',
  production_orders: 'order_number',
  storage_buckets: 'name',
  storage_objects: 'name',
};

/** Records that are called after the one that they refer to. */
const namedAfter: Readonly<Record<string, string>> = {
  project_sub_stage_progress: 'sub_stage_id',
  project_assignments: 'user_id',
  approval_delegations: 'delegate_id',
  supplier_rfq_items: 'supplier_rfq_id',
  supplier_quote_items: 'supplier_quote_id',
  purchase_order_items: 'purchase_order_id',
};

/** Tables that ids among the values mostly lead to, the likeliest first. */
const referred = [
  'users',
  'workflow_stages',
  'workflow_sub_stages',
  'contacts',
  'documents',
  'supplier_rfqs',
  'supplier_quotes',
  'purchase_orders',
  'inventory_items',
  'approvals',
  'approval_chains',
  'storage_buckets',
];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export type Logged = Readonly<Record<string, unknown>>;

export interface ProjectName {
  id: string;
  code: string;
  title: string;
}

const projectById = 'select id, project_id as code, title from projects where id = ?';

/** So many names are kept in memory; more than that many different records seldom turn up in one reading. */
const KEPT = 20_000;

/** The names behind ids, looked up once per reading of the log. */
export class AuditNames {
  readonly #replica: Replica;
  readonly #known = new Map<string, string | null>();
  readonly #projects = new Map<string, ProjectName | null>();

  constructor(replica: Replica) {
    this.#replica = replica;
  }

  person(id: string | null): string | null {
    return id === null ? null : this.#named('users', id);
  }

  project(id: string | null): ProjectName | null {
    if (id === null) return null;
    return kept(this.#projects, id, () => {
      return (prepared(this.#replica.read, projectById).get(id) as ProjectName | undefined) ?? null;
    });
  }

  /** The record's own name; what the log holds of it stands in for one that is gone. */
  record(table: string, id: string | null, values: Logged): string | null {
    const column = ownNames[table];
    if (column !== undefined) return (id === null ? null : this.#named(table, id)) ?? textOf(values[column]);
    const reference = namedAfter[table];
    if (reference === undefined) return null;
    return this.#behind(values[reference] ?? (id === null ? null : this.#cell(table, reference, id)));
  }

  /** A value as a person reads it: the name behind an id, anything else as it is. */
  value(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.value(item));
    return this.#behind(value) ?? value ?? null;
  }

  #behind(value: unknown): string | null {
    if (typeof value !== 'string' || !UUID.test(value)) return null;
    return kept(this.#known, value, () => {
      for (const table of referred) {
        const name = this.#cell(table, ownNames[table] as string, value);
        if (typeof name === 'string') return name;
      }
      return this.project(value)?.code ?? null;
    });
  }

  #named(table: string, id: string): string | null {
    return kept(this.#known, id, () => textOf(this.#cell(table, ownNames[table] as string, id)));
  }

  #cell(table: string, column: string, id: string): unknown {
    return prepared(this.#replica.read, `select ${column} from ${table} where id = ?`).pluck().get(id);
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function kept<Name>(names: Map<string, Name>, id: string, look: () => Name): Name {
  const known = names.get(id);
  if (known !== undefined) return known;
  if (names.size >= KEPT) names.clear();
  const found = look();
  names.set(id, found);
  return found;
}
