import { useMutation } from '@tanstack/react-query';
import type { ContactPage, ContactPatch } from '../../../shared/api/contacts.ts';
import { call } from '../../app/bridge.ts';
import type { Fact } from '../projects/page/edit/use-fact.ts';

type Column = keyof ContactPatch & keyof ContactPage['contact'];

/** One fact of a contact and how to change it. */
export function useContactFact<Name extends Column>(page: ContactPage, column: Name): Fact<ContactPage['contact'][Name]> {
  const { id } = page.contact;
  const { mutateAsync, isPending, error, reset } = useMutation({
    mutationFn: (value: ContactPage['contact'][Name]) => call('contacts.update', { id, patch: { [column]: value } }),
  });
  return {
    value: page.contact[column],
    canEdit: page.may_edit,
    waiting: page.pending_columns.includes(column),
    refused: page.attention.find(({ columns }) => columns.some(({ name }) => name === column)),
    save: async (value) => {
      await mutateAsync(value);
    },
    saving: isPending,
    error,
    reset,
  };
}
