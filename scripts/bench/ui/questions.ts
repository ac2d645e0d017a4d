import type { Page } from '@playwright/test';
import { sortableColumns, type ListChoices } from '../../../shared/api/lists.ts';
import { percentile, rounded, type Figures } from '../figures.ts';
import { ask, timeAnswers } from './in-page.mjs';

const ROUNDS = 12;

type Question = readonly [kind: string, name: string, input: unknown];

/** Asks from the page, through main, what its screens ask of the worker; seldom the same twice, which the worker would remember. */
export async function askAll(page: Page): Promise<Figures> {
  const choices = (await page.evaluate(ask, { name: 'lists.choices' })) as ListChoices;
  const projects = (await page.evaluate(ask, { name: 'lists.ids', input: { filter: {}, sort: [], limit: 400 } })) as string[];
  const at = <T>(list: readonly T[], round: number): T => {
    const found = list[round % list.length];
    if (found === undefined) throw new Error('nothing to ask about');
    return found;
  };
  const board = (filter: object): unknown => ({ filter });
  const table = (filter: object, sort: object[] = [], offset = 0): unknown => ({ filter, sort, offset });
  const questions: Question[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const number = String(1000 + round * 7311);
    const customer = at(choices.customers, round).id;
    const owner = at(choices.people, round).id;
    const stage = at(choices.stages, round).id;
    const column = at(sortableColumns, round);
    questions.push(
      ['board', 'lists.board', board({})],
      ['board', 'lists.board', board({ owners: [owner] })],
      ['board', 'lists.board', board({ customers: [customer], due: 'overdue' })],
      ['board_search', 'lists.board', board({ search: `số ${number}` })],
      ['board_search', 'lists.board', board({ search: 'khung' })],
      ['board_cards', 'lists.cards', { filter: {}, stage_id: stage, offset: round * 500, limit: 50 }],
      ['table', 'lists.rows', table({}, [{ column, descending: round % 2 === 0 }])],
      ['table', 'lists.rows', table({}, [{ column, descending: true }], 60_000 + round * 100)],
      ['table', 'lists.rows', table({ customers: [customer] }, [{ column: 'title', descending: false }])],
      ['table_search', 'lists.rows', table({ search: number })],
      ['table_search', 'lists.rows', table({ title: `dây chuyền ${number}` })],
      ['search', 'search.all', { text: `khung ${number}` }],
      ['search', 'search.all', { text: `B-0000${number}` }],
      ['search', 'search.all', { text: 'day chuyen' }],
      ['project', 'projects.get', { id: at(projects, round * 17) }],
      ['project', 'project.related', { id: at(projects, round * 17) }],
      ['project', 'project.team', { id: at(projects, round * 17) }],
      ['timeline', 'timeline.rows', { offset: round * 5_000, stage_id: null, assigned_to: null, customer_id: null }],
      ['overview', 'dashboard.figures', undefined],
      ['overview', 'dashboard.mine', undefined],
    );
  }
  const times = await page.evaluate(timeAnswers, questions);
  const goal = ['board', 'board_search', 'board_cards', 'table', 'table_search', 'search', 'project'];
  const kinds = [...new Set(questions.map(([kind]) => kind))];
  const of = (those: readonly string[]): number[] => times.filter((_, index) => those.includes(questions[index]?.[0] ?? ''));
  return {
    query_p95_ms: rounded(percentile(of(goal), 0.95)),
    query_p50_ms: rounded(percentile(of(goal), 0.5)),
    ...Object.fromEntries(kinds.map((kind) => [`${kind}_p95_ms`, rounded(percentile(of([kind]), 0.95))])),
  };
}
