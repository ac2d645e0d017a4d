import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ProjectEdit } from '../../../../../shared/api/project-page.ts';
import type { ProjectPage } from '../../../../../shared/api/projects.ts';
import type { AttentionItem } from '../../../../../shared/api/sync.ts';
import { call } from '../../../../app/bridge.ts';
import { useOfferUndo } from '../undo.ts';

export type FactColumn = keyof ProjectEdit;

export type FactValue<Column extends FactColumn> = ProjectPage['project'][Column];

/** How the columns of a fact are changed. */
export interface Edit {
  canEdit: boolean;
  /** A change of this machine has not reached the centre yet. */
  waiting: boolean;
  /** The person's last change of it that the centre refused and that is not settled yet. */
  refused: AttentionItem | undefined;
  saving: boolean;
  error: Error | null;
  /** Forgets the last failure, when editing is given up or begun again. */
  reset: () => void;
}

export interface Fact<Value> extends Edit {
  value: Value;
  /** Saves the value; rejects with the reason, and the editor keeps what was typed. */
  save: (value: Value) => Promise<void>;
}

/** Several columns that are edited as one thing; what is saved can be undone. */
export function useEdit(
  page: ProjectPage,
  columns: readonly FactColumn[],
): Edit & { save: (patch: Partial<ProjectPage['project']>) => Promise<void> } {
  const { t } = useTranslation();
  const offerUndo = useOfferUndo();
  const { id } = page.project;
  const { mutateAsync, isPending, error, reset } = useMutation({
    mutationFn: (patch: ProjectEdit) => call('project.edit', { id, patch }),
  });
  const [first = 'title'] = columns;
  return {
    canEdit: page.can_edit,
    waiting: columns.some((column) => page.pending_columns.includes(column)),
    refused: page.attention.find(
      ({ table_name, columns: refused }) => table_name === 'projects' && refused.some(({ name }) => columns.some((column) => column === name)),
    ),
    save: async (patch) => {
      const expected = Object.fromEntries(columns.filter((column) => Object.hasOwn(patch, column)).map((column) => [column, patch[column]]));
      const before = Object.fromEntries(Object.keys(expected).map((column) => [column, page.project[column as FactColumn]]));
      await mutateAsync(expected);
      offerUndo(t(`values.column.${first}`), () => call('project.edit', { id, patch: before, expected }));
    },
    saving: isPending,
    error,
    reset,
  };
}

/** One fact of a project and how to change it. */
export function useFact<Column extends FactColumn>(page: ProjectPage, column: Column): Fact<FactValue<Column>> {
  const { save, ...edit } = useEdit(page, [column]);
  return {
    ...edit,
    value: page.project[column],
    save: (value) => save({ [column]: value }),
  };
}
