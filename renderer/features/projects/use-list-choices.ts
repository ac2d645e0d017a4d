import { useQuery } from '@tanstack/react-query';
import type { ListChoices } from '../../../shared/api/lists.ts';
import { NOBODY } from '../../../shared/domain/lists.ts';
import { query } from '../../app/queries.ts';
import type { Choice } from './filter/ChoiceList.tsx';

const none: ListChoices = { stages: [], customers: [], people: [] };

/** What filters and editors offer; nothing until the worker has answered. */
export const useListChoices = (): ListChoices => useQuery(query('lists.choices')).data ?? none;

/** People or companies by name, with a word for those projects that have none. */
export const named = (items: readonly { id: string; name: string }[], nobody: string): Choice[] => [
  { value: NOBODY, label: nobody },
  ...items.map(({ id, name }) => ({ value: id, label: name })),
];
