-- The tables of purchasing, production, stock and stored files; the rules at the head of 0002 hold here as well.
--
-- Amounts of lines are in the currency of their document. A quantity on stock, received or produced is never a
-- column: it is the sum of stock_moves.

create table inventory_items (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  item_code text not null check (btrim(item_code) <> '' and char_length(item_code) <= 100),
  name text not null check (btrim(name) <> '' and char_length(name) <= 500),
  description text check (char_length(description) <= 20000),
  category text not null default 'raw_material' check (category in ('raw_material', 'component', 'consumable',
    'work_in_progress', 'finished_good', 'packaging', 'tool', 'other')),
  unit text not null default 'pcs' check (btrim(unit) <> '' and char_length(unit) <= 20),
  default_location text check (char_length(default_location) <= 100),
  minimum_stock numeric(18,4) not null default 0 check (minimum_stock >= 0),
  reorder_quantity numeric(18,4) check (reorder_quantity > 0),
  standard_cost numeric(18,2) check (standard_cost >= 0),
  currency text not null default 'VND' check (currency ~ '^[A-Z]{3}$'),
  preferred_supplier_id uuid,
  is_active boolean not null default true,
  tags text[] not null default '{}',
  notes text check (char_length(notes) <= 20000),
  metadata jsonb not null default '{}',
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  unique (organization_id, id),
  unique (organization_id, item_code),
  foreign key (organization_id, preferred_supplier_id) references contacts (organization_id, id)
    on delete set null (preferred_supplier_id) deferrable,
  foreign key (organization_id, created_by) references users (organization_id, id)
    on delete set null (created_by) deferrable
);
comment on table inventory_items is 'One row is an article that can lie in stock.';
create index inventory_items_sync on inventory_items (organization_id, sync_xid);
create index inventory_items_preferred_supplier on inventory_items (preferred_supplier_id);

create table stock_moves (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  inventory_item_id uuid not null,
  kind text not null check (kind in ('receipt', 'issue', 'adjustment', 'scrap', 'transfer')),
  quantity numeric(18,4) not null,
  from_location text check (char_length(from_location) <= 100),
  to_location text check (char_length(to_location) <= 100),
  lot_number text check (char_length(lot_number) <= 100),
  reason text check (char_length(reason) <= 2000),
  source_type text check (char_length(source_type) <= 100),
  source_id uuid,
  project_id uuid,
  moved_by uuid,
  moved_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  constraint stock_moves_quantity_check check (quantity > 0 or (kind = 'adjustment' and quantity < 0)),
  constraint stock_moves_locations_check check (
    kind <> 'transfer'
    or (from_location is not null and to_location is not null and from_location <> to_location)),
  constraint stock_moves_reason_required check (
    kind not in ('adjustment', 'scrap') or btrim(coalesce(reason, '')) <> ''),
  foreign key (organization_id, inventory_item_id) references inventory_items (organization_id, id) deferrable,
  foreign key (organization_id, project_id) references projects (organization_id, id) deferrable,
  foreign key (organization_id, moved_by) references users (organization_id, id) deferrable
);
comment on table stock_moves is 'One row is a movement of stock; rows are only ever added, and their sum is the stock.';
comment on column stock_moves.quantity is
  'Always positive, except that an adjustment may take away; receipts add, issues and scrap take away.';
create index stock_moves_sync on stock_moves (organization_id, sync_xid);
create index stock_moves_item on stock_moves (inventory_item_id, moved_at);
create index stock_moves_source on stock_moves (source_id);
create index stock_moves_project on stock_moves (project_id);

create table supplier_rfqs (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  rfq_number text not null check (btrim(rfq_number) <> '' and char_length(rfq_number) <= 50),
  project_id uuid,
  supplier_id uuid not null,
  title text check (char_length(title) <= 500),
  status text not null default 'draft'
    check (status in ('draft', 'sent', 'viewed', 'quoted', 'declined', 'expired', 'cancelled')),
  priority text not null default 'normal' check (priority in ('low', 'medium', 'normal', 'high', 'urgent', 'critical')),
  due_date date,
  requirements text check (char_length(requirements) <= 20000),
  currency text not null default 'VND' check (currency ~ '^[A-Z]{3}$'),
  sent_at timestamptz,
  viewed_at timestamptz,
  declined_reason text check (char_length(declined_reason) <= 2000),
  notes text check (char_length(notes) <= 20000),
  metadata jsonb not null default '{}',
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  unique (organization_id, id),
  unique (organization_id, rfq_number),
  foreign key (organization_id, project_id) references projects (organization_id, id) deferrable,
  foreign key (organization_id, supplier_id) references contacts (organization_id, id) deferrable,
  foreign key (organization_id, created_by) references users (organization_id, id)
    on delete set null (created_by) deferrable
);
comment on table supplier_rfqs is 'One row is a request for quotation to one supplier.';
create index supplier_rfqs_sync on supplier_rfqs (organization_id, sync_xid);
create index supplier_rfqs_project on supplier_rfqs (project_id);
create index supplier_rfqs_supplier on supplier_rfqs (supplier_id, status);

create table supplier_rfq_items (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  supplier_rfq_id uuid not null,
  line_number integer not null check (line_number > 0),
  inventory_item_id uuid,
  document_id uuid,
  description text not null check (btrim(description) <> '' and char_length(description) <= 2000),
  quantity numeric(18,4) not null check (quantity > 0),
  unit text not null default 'pcs' check (btrim(unit) <> '' and char_length(unit) <= 20),
  specifications text check (char_length(specifications) <= 20000),
  required_date date,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  unique (organization_id, id),
  foreign key (organization_id, supplier_rfq_id) references supplier_rfqs (organization_id, id)
    on delete cascade deferrable,
  foreign key (organization_id, inventory_item_id) references inventory_items (organization_id, id)
    on delete set null (inventory_item_id) deferrable,
  foreign key (organization_id, document_id) references documents (organization_id, id)
    on delete set null (document_id) deferrable
);
comment on table supplier_rfq_items is 'One row is a line of a request for quotation.';
create index supplier_rfq_items_sync on supplier_rfq_items (organization_id, sync_xid);
create index supplier_rfq_items_rfq on supplier_rfq_items (supplier_rfq_id);
create index supplier_rfq_items_inventory_item on supplier_rfq_items (inventory_item_id);
create index supplier_rfq_items_document on supplier_rfq_items (document_id);

create table supplier_quotes (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  quote_number text not null check (btrim(quote_number) <> '' and char_length(quote_number) <= 50),
  supplier_rfq_id uuid not null,
  supplier_id uuid not null,
  status text not null default 'draft' check (status in ('draft', 'submitted', 'under_review', 'accepted', 'rejected',
    'expired', 'withdrawn')),
  total_amount numeric(18,2) not null default 0 check (total_amount >= 0),
  currency text not null default 'VND' check (currency ~ '^[A-Z]{3}$'),
  lead_time_days integer check (lead_time_days >= 0),
  valid_until date,
  payment_terms text check (char_length(payment_terms) <= 200),
  delivery_terms text check (char_length(delivery_terms) <= 200),
  notes text check (char_length(notes) <= 20000),
  metadata jsonb not null default '{}',
  submitted_at timestamptz,
  submitted_by uuid,
  decided_at timestamptz,
  decided_by uuid,
  decision_reason text check (char_length(decision_reason) <= 2000),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  unique (organization_id, id),
  unique (organization_id, supplier_id, quote_number),
  foreign key (organization_id, supplier_rfq_id) references supplier_rfqs (organization_id, id) deferrable,
  foreign key (organization_id, supplier_id) references contacts (organization_id, id) deferrable,
  foreign key (organization_id, submitted_by) references users (organization_id, id) deferrable,
  foreign key (organization_id, decided_by) references users (organization_id, id) deferrable
);
comment on table supplier_quotes is 'One row is a supplier''s offer in answer to a request for quotation.';
create index supplier_quotes_sync on supplier_quotes (organization_id, sync_xid);
create index supplier_quotes_rfq on supplier_quotes (supplier_rfq_id);

create table supplier_quote_items (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  supplier_quote_id uuid not null,
  supplier_rfq_item_id uuid,
  line_number integer not null check (line_number > 0),
  description text not null check (btrim(description) <> '' and char_length(description) <= 2000),
  quantity numeric(18,4) not null check (quantity > 0),
  unit text not null default 'pcs' check (btrim(unit) <> '' and char_length(unit) <= 20),
  unit_price numeric(18,4) not null check (unit_price >= 0),
  amount numeric(18,2) not null check (amount >= 0),
  lead_time_days integer check (lead_time_days >= 0),
  notes text check (char_length(notes) <= 20000),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  foreign key (organization_id, supplier_quote_id) references supplier_quotes (organization_id, id)
    on delete cascade deferrable,
  foreign key (organization_id, supplier_rfq_item_id) references supplier_rfq_items (organization_id, id)
    on delete set null (supplier_rfq_item_id) deferrable
);
comment on table supplier_quote_items is 'One row is a line of a supplier''s offer.';
create index supplier_quote_items_sync on supplier_quote_items (organization_id, sync_xid);
create index supplier_quote_items_quote on supplier_quote_items (supplier_quote_id);
create index supplier_quote_items_rfq_item on supplier_quote_items (supplier_rfq_item_id);

create table purchase_orders (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  po_number text not null check (btrim(po_number) <> '' and char_length(po_number) <= 50),
  supplier_id uuid not null,
  project_id uuid,
  supplier_quote_id uuid,
  status text not null default 'draft' check (status in ('draft', 'pending_approval', 'approved', 'sent',
    'acknowledged', 'partially_received', 'received', 'closed', 'cancelled')),
  order_date date,
  expected_delivery_date date,
  actual_delivery_date date,
  total_amount numeric(18,2) not null default 0 check (total_amount >= 0),
  currency text not null default 'VND' check (currency ~ '^[A-Z]{3}$'),
  payment_terms text check (char_length(payment_terms) <= 200),
  delivery_terms text check (char_length(delivery_terms) <= 200),
  delivery_address text check (char_length(delivery_address) <= 1000),
  notes text check (char_length(notes) <= 20000),
  metadata jsonb not null default '{}',
  approved_by uuid,
  approved_at timestamptz,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  unique (organization_id, id),
  unique (organization_id, po_number),
  foreign key (organization_id, supplier_id) references contacts (organization_id, id) deferrable,
  foreign key (organization_id, project_id) references projects (organization_id, id) deferrable,
  foreign key (organization_id, supplier_quote_id) references supplier_quotes (organization_id, id)
    on delete set null (supplier_quote_id) deferrable,
  foreign key (organization_id, approved_by) references users (organization_id, id) deferrable,
  foreign key (organization_id, created_by) references users (organization_id, id)
    on delete set null (created_by) deferrable
);
comment on table purchase_orders is 'One row is an order to a supplier.';
create index purchase_orders_sync on purchase_orders (organization_id, sync_xid);
create index purchase_orders_supplier on purchase_orders (supplier_id, status);
create index purchase_orders_project on purchase_orders (project_id);
create index purchase_orders_quote on purchase_orders (supplier_quote_id);

create table purchase_order_items (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  purchase_order_id uuid not null,
  line_number integer not null check (line_number > 0),
  inventory_item_id uuid,
  description text not null check (btrim(description) <> '' and char_length(description) <= 2000),
  quantity numeric(18,4) not null check (quantity > 0),
  unit text not null default 'pcs' check (btrim(unit) <> '' and char_length(unit) <= 20),
  unit_price numeric(18,4) not null check (unit_price >= 0),
  amount numeric(18,2) not null check (amount >= 0),
  required_date date,
  notes text check (char_length(notes) <= 20000),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  foreign key (organization_id, purchase_order_id) references purchase_orders (organization_id, id)
    on delete cascade deferrable,
  foreign key (organization_id, inventory_item_id) references inventory_items (organization_id, id)
    on delete set null (inventory_item_id) deferrable
);
comment on table purchase_order_items is 'One row is a line of a purchase order; what has arrived is the sum of its receipts.';
create index purchase_order_items_sync on purchase_order_items (organization_id, sync_xid);
create index purchase_order_items_order on purchase_order_items (purchase_order_id);
create index purchase_order_items_inventory_item on purchase_order_items (inventory_item_id);

create table production_orders (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  order_number text not null check (btrim(order_number) <> '' and char_length(order_number) <= 50),
  project_id uuid not null,
  inventory_item_id uuid,
  title text not null check (btrim(title) <> '' and char_length(title) <= 500),
  status text not null default 'planned'
    check (status in ('planned', 'released', 'in_progress', 'on_hold', 'completed', 'cancelled')),
  priority_level text not null default 'medium' check (priority_level in ('low', 'medium', 'high', 'critical')),
  quantity numeric(18,4) not null check (quantity > 0),
  unit text not null default 'pcs' check (btrim(unit) <> '' and char_length(unit) <= 20),
  planned_start_date date,
  planned_end_date date,
  started_at timestamptz,
  completed_at timestamptz,
  work_center text check (char_length(work_center) <= 200),
  assigned_to uuid,
  instructions text check (char_length(instructions) <= 20000),
  notes text check (char_length(notes) <= 20000),
  metadata jsonb not null default '{}',
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  constraint production_orders_dates_check check (planned_end_date >= planned_start_date),
  unique (organization_id, id),
  unique (organization_id, order_number),
  foreign key (organization_id, project_id) references projects (organization_id, id) deferrable,
  foreign key (organization_id, inventory_item_id) references inventory_items (organization_id, id)
    on delete set null (inventory_item_id) deferrable,
  foreign key (organization_id, assigned_to) references users (organization_id, id)
    on delete set null (assigned_to) deferrable,
  foreign key (organization_id, created_by) references users (organization_id, id)
    on delete set null (created_by) deferrable
);
comment on table production_orders is 'One row is an order to our own workshop to make something for a project.';
create index production_orders_sync on production_orders (organization_id, sync_xid);
create index production_orders_project on production_orders (project_id);
create index production_orders_inventory_item on production_orders (inventory_item_id);
create index production_orders_assigned_to on production_orders (assigned_to);

-- Stored files ------------------------------------------------------------------------------------------------------

create table storage_buckets (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  name text not null check (btrim(name) <> '' and char_length(name) <= 100),
  public boolean not null default false,
  file_size_limit bigint check (file_size_limit > 0),
  allowed_mime_types text[] not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  unique (organization_id, id),
  unique (organization_id, name)
);
comment on table storage_buckets is 'One row is a place for an organization''s files, with its limits.';
comment on column storage_buckets.allowed_mime_types is 'Patterns such as image/*; an empty list allows every type.';
create index storage_buckets_sync on storage_buckets (organization_id, sync_xid);

create table storage_objects (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  bucket_id uuid not null,
  name text not null check (btrim(name) <> '' and char_length(name) <= 2000),
  owner_id uuid,
  version text check (char_length(version) <= 100),
  size bigint check (size >= 0),
  mime_type text check (char_length(mime_type) <= 255),
  sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
  bytes_present boolean not null default false,
  metadata jsonb not null default '{}',
  user_metadata jsonb not null default '{}',
  last_accessed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  unique (organization_id, id),
  unique (bucket_id, name),
  foreign key (organization_id, bucket_id) references storage_buckets (organization_id, id) deferrable,
  foreign key (organization_id, owner_id) references users (organization_id, id)
    on delete set null (owner_id) deferrable
);
comment on table storage_objects is 'One row is a stored file; bytes_present says whether the centre holds its content.';
create index storage_objects_sync on storage_objects (organization_id, sync_xid);
create index storage_objects_owner on storage_objects (owner_id);

-- Conflicts ---------------------------------------------------------------------------------------------------------

-- row_id, lost_by and kept_by are no references to what may be gone by the time that somebody looks at the conflict.
create table sync_conflicts (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  table_name text not null check (char_length(table_name) between 1 and 63),
  row_id uuid not null,
  column_name text not null check (char_length(column_name) between 1 and 63),
  kept_value jsonb,
  lost_value jsonb,
  kept_by uuid,
  lost_by uuid,
  mutation_id uuid,
  resolved_at timestamptz,
  resolved_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id()
);
comment on table sync_conflicts is 'One row is a value that lost against another edit of the same field, kept to be restored.';
create index sync_conflicts_sync on sync_conflicts (organization_id, sync_xid);
create index sync_conflicts_row on sync_conflicts (row_id);
