import { useTranslation } from 'react-i18next';
import type { ListColumn, ListPatch, ListRow } from '../../../../shared/api/lists.ts';
import { call } from '../../../app/bridge.ts';
import { useErrorText } from '../../../ui/error-text.ts';
import { notifyFailure, notifyUndo } from '../../../ui/notify.tsx';
import { columnLabels } from './columns.tsx';
import { editedField, isEditable } from './editing.ts';

/** Saves an edit of one row and offers to take it back. */
export function useEditRow(): (row: ListRow, column: ListColumn, patch: ListPatch) => Promise<void> {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const attempt = async (row: ListRow, patch: ListPatch): Promise<boolean> => {
    try {
      await call('lists.edit', { id: row.id, patch });
      return true;
    } catch (error) {
      notifyFailure(t('lists.edit.failed', { code: row.project_id }), errorText(error));
      return false;
    }
  };
  return async (row, column, patch) => {
    if (!isEditable(column) || !(await attempt(row, patch))) return;
    const field = editedField[column];
    const before: ListPatch = { [field]: row[field] };
    const words = t('lists.edit.done', { code: row.project_id, column: t(columnLabels[column]) });
    notifyUndo(words, t('lists.edit.undo'), () => void attempt(row, before));
  };
}
