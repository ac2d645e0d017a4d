import { useCallback } from 'react';
import { useNavigate } from 'react-router';
import type { FoundRecord } from '../../../shared/api/search.ts';
import { call } from '../../app/bridge.ts';
import { useMayOpen } from '../../app/destinations.ts';
import { paths } from '../../app/paths.ts';
import { showCard } from './palette-store.ts';

/** Opens a record's page, or its card where it has none for this person. */
export function useOpenRecord(): (record: FoundRecord) => void {
  const navigate = useNavigate();
  const mayOpen = useMayOpen();
  return useCallback(
    (record) => {
      const path = pathOf(record, { mayOpenPeople: mayOpen(paths.people), mayOpenContacts: mayOpen(paths.contacts) });
      // Some pages note by themselves that they were opened.
      const notesItself = record.kind === 'project' || record.kind === 'document';
      if (path === null || !notesItself) void call('search.opened', { kind: record.kind, id: record.id }).catch(() => undefined);
      if (path === null) showCard(record);
      else void navigate(path);
    },
    [navigate, mayOpen],
  );
}

function pathOf(record: FoundRecord, { mayOpenPeople, mayOpenContacts }: Record<'mayOpenPeople' | 'mayOpenContacts', boolean>): string | null {
  switch (record.kind) {
    case 'project':
      return paths.project(record.id);
    case 'document':
      return paths.document(record.id);
    case 'person':
      return mayOpenPeople ? paths.person(record.id) : null;
    case 'contact':
      return mayOpenContacts ? paths.contact(record.id) : null;
  }
}
