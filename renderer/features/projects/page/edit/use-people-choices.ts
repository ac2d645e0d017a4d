import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { foldText } from '../../../../../shared/domain/fold-text.ts';
import { query } from '../../../../app/queries.ts';
import type { Choice } from './EditableChoice.tsx';

/** Staff whose name or role has every word that was typed, whatever the diacritics. */
export function usePeopleChoices(): { choices: Choice[]; setSearch: (search: string) => void } {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const { data = [] } = useQuery(query('project.people'));
  const choices = data
    .map(({ id, name, role }) => ({ value: id, label: `${name} · ${t(`values.role.${role}`)}` }))
    .filter(({ label }) => hasWords(label, search));
  return { choices, setSearch };
}

/** Whether a text has every word that was typed, whatever the diacritics. */
export function hasWords(text: string, search: string): boolean {
  const folded = foldText(text);
  return foldText(search)
    .split(/\s+/)
    .every((word) => folded.includes(word));
}
