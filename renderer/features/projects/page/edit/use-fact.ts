import { useMutation } from '@tanstack/react-query';
import type { ProjectPage, ProjectPatch } from '../../../../../shared/api/projects.ts';
import type { AttentionItem } from '../../../../../shared/api/sync.ts';
import { call } from '../../../../app/bridge.ts';

export type FactColumn = keyof ProjectPatch;

export type FactValue<Column extends FactColumn> = ProjectPage['project'][Column];

export interface Fact<Value> {
  value: Value;
  canEdit: boolean;
  /** A change of this machine has not reached the centre yet. */
  waiting: boolean;
  /** The person's last change of it that the centre refused and that is not settled yet. */
  refused: AttentionItem | undefined;
  /** Saves the value; rejects with the reason, and the editor keeps what was typed. */
  save: (value: Value) => Promise<void>;
  saving: boolean;
  error: Error | null;
  /** Forgets the last failure, when editing is given up or begun again. */
  reset: () => void;
}

/** One fact of a project and how to change it. */
export function useFact<Column extends FactColumn>(page: ProjectPage, column: Column): Fact<FactValue<Column>> {
  const { id } = page.project;
  const { mutateAsync, isPending, error, reset } = useMutation({
    mutationFn: (value: FactValue<Column>) => call('projects.update', { id, patch: { [column]: value } }),
  });
  return {
    value: page.project[column],
    canEdit: page.can_edit,
    waiting: page.pending_columns.includes(column),
    refused: page.attention.find(({ table_name, columns }) => table_name === 'projects' && columns.some(({ name }) => name === column)),
    save: async (value) => {
      await mutateAsync(value);
    },
    saving: isPending,
    error,
    reset,
  };
}
