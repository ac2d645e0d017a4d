import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { DocumentPage, DocumentPatch } from '../../../shared/api/documents.ts';
import { parseTimestamp } from '../../../shared/domain/timestamps.ts';
import { call } from '../../app/bridge.ts';
import type { Fact } from '../projects/page/edit/use-fact.ts';
import { useOfferUndo } from '../projects/page/undo.ts';

type Column = keyof DocumentPatch;

/** As the page shows it and the operation takes it. */
function valueOf({ document }: DocumentPage, column: Column): DocumentPatch[Column] {
  if (column === 'project_id') return document.project?.id ?? null;
  if (column === 'link_expires_at') return document.link_expires_at === null ? null : parseTimestamp(document.link_expires_at).toISOString();
  return document[column];
}

/** One fact of a document and how to change it; what is saved can be undone. */
export function useDocumentFact<Name extends Column>(page: DocumentPage, column: Name): Fact<Exclude<DocumentPatch[Name], undefined>> {
  type Value = Exclude<DocumentPatch[Name], undefined>;
  const { t } = useTranslation();
  const offerUndo = useOfferUndo();
  const { id } = page.document;
  const { mutateAsync, isPending, error, reset } = useMutation({
    mutationFn: (patch: DocumentPatch) => call('documents.update', { id, patch }),
  });
  return {
    value: valueOf(page, column) as Value,
    canEdit: page.may.edit,
    waiting: page.pending_columns.includes(column),
    refused: page.attention.find(({ columns }) => columns.some(({ name }) => name === column)),
    save: async (value) => {
      const before: DocumentPatch = { [column]: valueOf(page, column) };
      const after: DocumentPatch = { [column]: value };
      await mutateAsync(after);
      const name: Column = column;
      offerUndo(name === 'project_id' ? t('documents.filter.project') : t(`values.column.${name}`), () => call('documents.update', { id, patch: before, expected: after }));
    },
    saving: isPending,
    error,
    reset,
  };
}
