import type { DemoCentral } from '../../db/testing/demo-central.ts';
import { documentSortColumns } from '../../shared/api/documents.ts';
import { groupColumns, sortableColumns } from '../../shared/api/lists.ts';
import type { Input } from '../../shared/api/index.ts';
import { TestDesktop } from '../../main/worker/testing/desktop.ts';
import { addDocuments, addProjects } from './central.ts';
import { percentile, rounded, timed, type Figures } from './figures.ts';

const ROUNDS = 20;

export interface ListsOptions {
  /** Projects in the replica. */
  rows: number;
  documents: number;
}

type Rows = Input<'lists.rows'>;

/** Answers of the worker to board, table and list of documents over a replica of many projects and documents: p95 by kind of question. */
export async function lists(central: DemoCentral, { rows, documents }: ListsOptions): Promise<Figures> {
  await addProjects(central.client, rows);
  await addDocuments(central.client, documents);
  const desktop = new TestDesktop(central.address);
  await desktop.signIn('ceo@factorypulse.vn');
  await desktop.until((status) => status.state === 'online', 'the first load', 600_000);
  const { customers, people, stages } = await desktop.call('lists.choices');
  const samples = new Map<string, number[]>();
  const ask = async (kind: string, work: () => Promise<unknown>): Promise<void> => {
    for (let round = 0; round < ROUNDS; round++) {
      const { ms } = await timed(work);
      samples.set(kind, [...(samples.get(kind) ?? []), ms]);
    }
  };
  const list = (question: Partial<Rows>) => () => desktop.call('lists.rows', { filter: {}, sort: [], ...question });

  await ask('board', () => desktop.call('lists.board', { filter: {} }));
  await ask('board_owner', () => desktop.call('lists.board', { filter: { owners: [people[0]?.id ?? ''] } }));
  await ask('board_overdue', () => desktop.call('lists.board', { filter: { due: 'overdue' } }));
  await ask('board_search', () => desktop.call('lists.board', { filter: { search: 'khung 4711' } }));
  await ask('cards', () => desktop.call('lists.cards', { filter: {}, stage_id: stages[2]?.id ?? '', offset: 1000, limit: 50 }));
  for (const column of sortableColumns) {
    for (const descending of [false, true]) await ask(`sort_${column}`, list({ sort: [{ column, descending }] }));
    await ask(`deep_${column}`, list({ sort: [{ column, descending: true }], offset: Math.floor(rows * 0.7) }));
  }
  await ask('sort_two', list({ sort: [{ column: 'priority_level', descending: true }, { column: 'estimated_delivery_date', descending: false }] }));
  for (const by of groupColumns) {
    await ask('groups', () => desktop.call('lists.groups', { filter: {}, by }));
    const { groups } = await desktop.call('lists.groups', { filter: {}, by });
    await ask(`group_${by}`, list({ group: { by, value: groups[0]?.value ?? null }, offset: 500 }));
  }
  await ask('filter_customer', list({ filter: { customers: [customers[0]?.id ?? ''] } }));
  await ask('filter_priority', list({ filter: { priorities: ['high', 'critical'] } }));
  await ask('filter_due', list({ filter: { due: 'week' } }));
  await ask('filter_tags', list({ filter: { tags: ['cnc'] } }));
  await ask('search', list({ filter: { search: 'số 4711' } }));
  await ask('choices', () => desktop.call('lists.choices'));
  await ask('tags', () => desktop.call('lists.tags'));
  const listed = (question: Partial<Input<'documents.list'>>) => () => desktop.call('documents.list', question);
  for (const sort of documentSortColumns) {
    for (const descending of [false, true]) await ask(`documents_${sort}`, listed({ sort, descending }));
    await ask(`documents_deep_${sort}`, listed({ sort, offset: Math.floor(documents * 0.7) }));
  }
  await ask('documents_category', listed({ category: 'quote' }));
  await ask('documents_tag', listed({ tag: 'đợt 7' }));
  await ask('documents_search', listed({ search: 'chi tiet 4711' }));
  await ask('documents_search_common', listed({ search: 'chi tiet' }));
  await ask('documents_choices', () => desktop.call('documents.choices'));
  await desktop.remove();

  const all = [...samples.values()].flat();
  return {
    rows,
    documents,
    query_p95_ms: rounded(percentile(all, 0.95)),
    ...Object.fromEntries([...samples].map(([kind, found]) => [`${kind}_ms`, rounded(percentile(found, 0.95))])),
  };
}
