import { useTranslation } from 'react-i18next';
import type { Group } from '../../../../shared/api/lists.ts';
import { useProjectList } from '../filters.ts';

/** What the heading of a group says. */
export function useGroupName(): (group: Group) => string {
  const { t } = useTranslation();
  const by = useProjectList((state) => state.group_by) ?? 'stage_order';
  return (group) =>
    by === 'priority_level' && group.value !== null
      ? t(`values.priority.${group.value as 'low'}`)
      : (group.name ?? t(by === 'assigned_name' ? 'lists.filter.noOwner' : 'lists.filter.noCustomer'));
}
